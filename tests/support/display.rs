//! A virtual X11 display of the test's own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use qrcode::{Color, QrCode};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt, CreateGCAux, CreateWindowAux, Rectangle, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// A display without a window manager.
pub struct TestDisplay {
    server: Child,
    name: String,
    connection: RustConnection,
}

impl TestDisplay {
    /// Of one size and depth: `WIDTHxHEIGHTxDEPTH`.
    pub fn start(size: &str) -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", size])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("this test needs the Debian package xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let name = format!(":{}", number.trim());
        let (connection, _) = RustConnection::connect(Some(&name)).unwrap();
        Self {
            server,
            name,
            connection,
        }
    }

    /// What DISPLAY is to be.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Shows `text` as a QR code of `module` pixels a module, in a window at this place. It stays until it is covered.
    pub fn show_code(&self, text: &str, module: u16, (x, y): (i16, i16)) {
        let code = QrCode::new(text).unwrap();
        let modules = code.width() as u16 + 8;
        let side = modules * module;
        let dark: Vec<Rectangle> = (0..code.width())
            .flat_map(|y| (0..code.width()).map(move |x| (x, y)))
            .filter(|&(x, y)| code[(x, y)] == Color::Dark)
            .map(|(x, y)| Rectangle {
                x: (x as i16 + 4) * module as i16,
                y: (y as i16 + 4) * module as i16,
                width: module,
                height: module,
            })
            .collect();
        self.show(side, side, (x, y), &dark);
    }

    /// A white window with black rectangles.
    fn show(&self, width: u16, height: u16, (x, y): (i16, i16), black: &[Rectangle]) -> Window {
        let display = &self.connection;
        let screen = &display.setup().roots[0];
        let (depth, white) = (screen.root_depth, screen.white_pixel);
        let pixmap = display.generate_id().unwrap();
        let (paper, ink) = (
            display.generate_id().unwrap(),
            display.generate_id().unwrap(),
        );
        display
            .create_pixmap(depth, pixmap, screen.root, width, height)
            .unwrap();
        let colour = |pixel| CreateGCAux::new().foreground(pixel);
        display.create_gc(paper, pixmap, &colour(white)).unwrap();
        display
            .create_gc(ink, pixmap, &colour(screen.black_pixel))
            .unwrap();
        let whole = Rectangle {
            x: 0,
            y: 0,
            width,
            height,
        };
        display
            .poly_fill_rectangle(pixmap, paper, &[whole])
            .unwrap();
        display.poly_fill_rectangle(pixmap, ink, black).unwrap();
        let window = display.generate_id().unwrap();
        let plain = CreateWindowAux::new().override_redirect(1);
        display
            .create_window(
                depth,
                window,
                screen.root,
                x,
                y,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                screen.root_visual,
                &plain,
            )
            .unwrap();
        // The server draws it by itself whenever the window is seen.
        let drawn = ChangeWindowAttributesAux::new().background_pixmap(pixmap);
        display.change_window_attributes(window, &drawn).unwrap();
        display.map_window(window).unwrap();
        display.sync().unwrap();
        window
    }

    /// Puts a file of this type on the clipboard, as another program would.
    pub fn copy(&self, media_type: &str, file: &Path) {
        let status = Command::new("xclip")
            .args(["-selection", "clipboard", "-t", media_type, "-i"])
            .arg(file)
            .env("DISPLAY", &self.name)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("this test needs the Debian package xclip");
        assert!(status.success(), "xclip copies");
    }
}

impl Drop for TestDisplay {
    fn drop(&mut self) {
        // Programs that show something on it end with it.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
