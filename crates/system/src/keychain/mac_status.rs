//! What the numbers of macOS's Security framework mean (`SecBase.h`, "Security Error Codes").

use mfa_tray_core::ports::Unavailable;

/// Says what a status means; `None`: nothing a person could act on.
pub(super) fn unavailable(status: i32) -> Option<Unavailable> {
    match status {
        // errSecInteractionNotAllowed, errSecInteractionRequired, errSecInDarkWake: it is locked, and nobody can be asked.
        -25308 | -25315 | -25320 => Some(Unavailable::Locked),
        // errSecUserCanceled, errSecAuthFailed: the person said no, or not the right word.
        -128 | -25293 => Some(Unavailable::Denied),
        // wrPermErr, errSecNoAccessForItem, errSecInvalidOwnerEdit, errSecMissingEntitlement, errSecReadOnly,
        // errSecDuplicateItem (which is there and may not be seen): a rule said no.
        -61 | -25243 | -25244 | -34018 | -25292 | -25299 => Some(Unavailable::Denied),
        // errSecNotAvailable, errSecNoSuchKeychain, errSecNoDefaultKeychain.
        -25291 | -25294 | -25307 => Some(Unavailable::NoService),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_no_locked_keychain_and_no_missing_one() {
        for (status, expected) in [
            (-25308, Some(Unavailable::Locked)),
            (-128, Some(Unavailable::Denied)),
            (-25293, Some(Unavailable::Denied)),
            (-25307, Some(Unavailable::NoService)),
            (-25295, None),
            (0, None),
        ] {
            assert_eq!(unavailable(status), expected, "{status}");
        }
    }
}
