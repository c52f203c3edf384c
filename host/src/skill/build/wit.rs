//! The contract's text, carried along so that a skill can be built where the
//! sources of this program are not.

macro_rules! contract {
    ($($file:literal),* $(,)?) => {
        /// All files of the contract, the one that names the package first.
        pub(super) const CONTRACT: &str = concat!(
            $(include_str!(concat!("../../../../wit/baton-skill-0.1/", $file, ".wit")), "\n"),*
        );

        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
    };
}

contract!(
    "types",
    "agents",
    "clock",
    "config",
    "conversation",
    "discovery",
    "exports",
    "handoffs",
    "http",
    "log",
    "payments",
    "random",
    "state",
    "storage",
    "tickets",
    "waiting",
    "worlds",
);

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::FILES;

    #[test]
    fn no_file_of_the_contract_is_left_out() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit/baton-skill-0.1");
        let names = fs::read_dir(folder).unwrap().map(|item| {
            let name = item.unwrap().file_name().into_string().unwrap();
            name.trim_end_matches(".wit").to_owned()
        });
        assert_eq!(
            names.collect::<BTreeSet<_>>(),
            FILES.iter().map(|name| (*name).to_owned()).collect()
        );
    }
}
