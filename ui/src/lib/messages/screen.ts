export const screen = {
  scanTitle: 'Scan the screen',
  scanText: 'Finds the code on any monitor. This window steps aside for a moment.',
  regionTitle: 'Mark a part of the screen',
  regionText: 'When there are several codes, or a very small one.',
  title: 'Mark the code',
  text: 'Drag a frame around the code.',
  keys: 'Or with keys: arrows move the frame, Shift and arrows size it, Ctrl makes small steps. Enter scans it, Esc goes back.',
  picture: 'Your screen, as it was a moment ago',
  frame: 'Frame around the code',
  at: (x: number, y: number, width: number, height: number) =>
    `Frame ${width} by ${height}, ${x} from the left, ${y} from the top`,
  taking: 'Looking at the screen',
  scan: 'Scan the frame',
  back: 'Back',
} as const;
