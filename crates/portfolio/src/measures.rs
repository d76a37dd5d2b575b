//! The measures (3)–(47) of the design document.
