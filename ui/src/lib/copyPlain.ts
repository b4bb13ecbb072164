/** Puts text that is no secret on the clipboard. Codes and keys are copied by the backend, never here. */
export async function copyPlain(text: string, field: HTMLInputElement | null = null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not every web view gives a page the clipboard. Selected, the text can be copied the old way, or by the person.
    const source = field ?? document.body.appendChild(Object.assign(document.createElement('textarea'), { value: text }));
    const before = document.activeElement;
    source.focus();
    source.select();
    const copied = document.execCommand('copy');
    if (source !== field) {
      source.remove();
      if (before instanceof HTMLElement) before.focus();
    }
    return copied;
  }
}
