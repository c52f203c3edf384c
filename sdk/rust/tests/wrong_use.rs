//! Wrong use is a compile error that points at the place and says what to
//! write; what each case prints is in the `.stderr` file beside it.

#[test]
fn wrong_use_is_explained_by_the_compiler() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
