#[test]
fn tmp_all() {
    let mut stack = vec![std::path::PathBuf::from("/work/shared/oracle/rates")];
    while let Some(dir) = stack.pop() { for e in std::fs::read_dir(dir).unwrap() { let p = e.unwrap().path();
        if p.is_dir() { stack.push(p); continue; }
        let c = meterbook::rate::compile(p.strip_prefix("/work/shared/oracle/rates").unwrap().to_str().unwrap(), &String::from_utf8_lossy(&std::fs::read(&p).unwrap()));
        for f in c.faults { println!("F {f}"); } for f in c.warnings { println!("W {f}"); } } }
}
