use super::*;

fn approval(file: &str, digest: u8) -> Approval {
    Approval {
        file: file.to_owned(),
        digest: Digest([digest; 32]).to_string(),
        version: "1.0.0".to_owned(),
        wanted: Some("{}".to_owned()),
        origin: Origin::Command,
        by: "anna".to_owned(),
        at: Timestamp::now(),
    }
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("baton.lock");
    (folder, file)
}

#[test]
fn an_admission_holds_for_these_bytes_and_no_others() {
    let (_folder, file) = place();
    let skill = SkillName::from("finance");
    Lock::update(&file, |lock| {
        lock.admit(skill.clone(), &Digest([1; 32]), "finance.wasm".to_owned());
    })
    .unwrap();
    let lock = Lock::read(&file).unwrap();
    assert!(lock.admits(&skill, &Digest([1; 32])));
    assert!(!lock.admits(&skill, &Digest([2; 32])));
    assert!(!lock.admits(&SkillName::from("other"), &Digest([1; 32])));
}

#[test]
fn an_approval_is_read_as_it_was_written_and_can_be_taken_back() {
    let (_folder, file) = place();
    let skill = SkillName::from("a.b");
    let word: GrantWord = "http:*.example.com:8443".parse().unwrap();
    let given = approval("finance.wasm", 1);
    Lock::update(&file, |lock| {
        lock.approve(&skill, word.clone(), given.clone());
    })
    .unwrap();
    let lock = Lock::read(&file).unwrap();
    assert_eq!(lock.approval(&skill, &word), Some(&given));
    assert_eq!(lock.file(&skill), Some("finance.wasm"));
    let lock = Lock::update(&file, |lock| assert!(lock.revoke(&skill, &word))).unwrap();
    assert_eq!(lock.approval(&skill, &word), None);
    assert_eq!(lock.file(&skill), Some("finance.wasm"));
}

#[test]
fn a_damaged_lock_says_what_to_do() {
    let (_folder, file) = place();
    for text in ["admitted = 3", "[skills.a]\nfile = 'a'\nrights = 1", "[["] {
        fs::write(&file, text).unwrap();
        let error = Lock::read(&file).unwrap_err().to_string();
        assert!(error.contains("delete it"), "{error}");
    }
}

#[test]
fn a_lock_of_a_later_version_is_not_guessed_at() {
    let (_folder, file) = place();
    fs::write(&file, "version = 2\nrights = 1").unwrap();
    let error = Lock::read(&file).unwrap_err().to_string();
    assert!(error.contains("version 2"), "{error}");
    assert!(Lock::update(&file, |_| ()).is_err());
}

#[test]
fn what_the_operator_made_read_only_is_not_replaced() {
    let (_folder, file) = place();
    let skill = SkillName::from("finance");
    let change = |lock: &mut Lock| {
        lock.approve(&skill, "agents".parse().unwrap(), approval("f.wasm", 1));
    };
    fs::write(&file, "version = 1\n").unwrap();
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    assert!(Lock::update(&file, change).is_err());
    assert_eq!(Lock::read(&file).unwrap(), Lock::default());
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let (_folder, file) = place();
    std::thread::scope(|scope| {
        for number in 0..8_u8 {
            let file = &file;
            scope.spawn(move || {
                let skill = SkillName::from(format!("s{number}"));
                Lock::update(file, |lock| {
                    lock.approve(&skill, "agents".parse().unwrap(), approval("f", number));
                })
                .unwrap();
            });
        }
    });
    assert_eq!(Lock::read(&file).unwrap().skills.len(), 8);
}
