//! What is held and wanted.
