//! From the bytes of a picture that anybody may have made to the texts of the QR codes in it.
//!
//! Invariant: this crate reads no file, knows no other crate of ours and never panics; it takes what formats a browser or a
//! screenshot tool writes and nothing that has to be rendered. It judges no text: whether one is a seed is the caller's to say.
//! Its time and memory have bounds, but bounds that grow with the picture: whoever must answer soon, or trusts no decoder,
//! runs it in a process of its own and gives that one a limit.
//!
//! In reading order:

// What came in.
mod grey;
mod picture;
// Where codes may be in it.
mod ink;
mod ladder;
mod symbol;

pub use ladder::{texts, texts_of_rgba};
pub use picture::PictureError;
