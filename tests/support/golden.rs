//! Golden files: the expected text lies beside the test, and `UPDATE=1` writes it anew.

use std::path::Path;

/// Compares a text with the golden file of a path below `tests`.
pub(crate) fn check(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = golden.lines().zip(text.lines()).position(|(golden, line)| golden != line);
    if golden != text {
        let at = differs.unwrap_or_else(|| golden.lines().count().min(text.lines().count()));
        let line = |text: &str| text.lines().nth(at).unwrap_or("(end)").to_owned();
        panic!(
            "{} differs at line {}:\n  golden: {}\n  now:    {}\nUPDATE=1 writes it anew.",
            path.display(),
            at + 1,
            line(&golden),
            line(text)
        );
    }
}
