//! A cycle in which a model is asked: the stories of `stories/`, the loop, and what a model may try.

#![allow(clippy::unwrap_used)]

mod abuse;
mod attempts;
mod scripted;
mod stories;
