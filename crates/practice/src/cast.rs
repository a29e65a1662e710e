//! The people every practice AWS starts with. The temporary home is written for them.

use jiff::Timestamp;

use crate::{
    device::Device,
    options::Options,
    random,
    seed::Seed,
    state::{LongTermKey, Role, Trust, World},
};

pub(crate) const ACCOUNT: &str = "111122223333";
/// The account behind the Identity Center profile; nobody here speaks for it.
pub(crate) const SSO_ACCOUNT: &str = "444455556666";
pub(crate) const ALICE_DEVICE: &str = "arn:aws:iam::111122223333:mfa/alice";
pub(crate) const CAROL_DEVICE: &str = "arn:aws:iam::111122223333:mfa/carol-phone";
pub(crate) const ADMIN_ROLE: &str = "arn:aws:iam::111122223333:role/admin";
/// Four hours: long enough to ask for more than the default, short enough to be refused.
const ADMIN_SECONDS: u64 = 14_400;

/// The keys the temporary home needs.
pub(crate) struct Cast {
    /// Has a device and may assume the role with it.
    pub(crate) alice: LongTermKey,
    /// Has none yet.
    pub(crate) bob: LongTermKey,
    /// Has one, and uses another tool's conventions.
    pub(crate) carol: LongTermKey,
}

/// Makes the world and its people. Their devices were enabled long ago as far as STS is concerned.
pub(crate) fn assemble(options: Options, now: Timestamp) -> Result<(World, Cast), getrandom::Error> {
    let mut world = World::new(options);
    world.aliases.insert(ACCOUNT.to_owned(), "practice".to_owned());
    for user in ["alice", "bob", "carol"] {
        world.add_user(ACCOUNT, user, now)?;
    }
    for (serial, user) in [(ALICE_DEVICE, "alice"), (CAROL_DEVICE, "carol")] {
        world
            .devices
            .insert(serial.to_owned(), Device::unassigned(Some(Seed::new(random::seed()?))));
        world.assign(serial, user, 0, now);
    }
    let trust = Trust {
        principals: vec![format!("arn:aws:iam::{ACCOUNT}:user/alice")],
        mfa: true,
        ..Trust::default()
    };
    world.add_role(Role {
        arn: ADMIN_ROLE.to_owned(),
        max_session_seconds: ADMIN_SECONDS,
        trust,
    })?;
    let cast = Cast {
        alice: world.add_key("alice", now)?,
        bob: world.add_key("bob", now)?,
        carol: world.add_key("carol", now)?,
    };
    Ok((world, cast))
}
