//! The life of a long-term access key.

use aws_sdk_iam::types::StatusType;
use aws_sdk_sts::config::Credentials;

use crate::stage::{ACCOUNT, Stage, is, refused};

#[tokio::test]
async fn keys_are_made_used_switched_off_and_removed() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let iam = stage.iam(&dana);
    let made = iam.create_access_key().send().await.unwrap();
    let made = made.access_key().unwrap();
    let id = made.access_key_id().to_owned();
    let second = Credentials::new(&id, made.secret_access_key(), None, None, "test");

    let limit = refused(iam.create_access_key().send().await);
    assert_eq!(
        limit,
        is(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
    );
    let used = async || {
        let answer = iam.get_access_key_last_used().access_key_id(&id).send().await.unwrap();
        answer.access_key_last_used().unwrap().service_name().to_owned()
    };
    assert_eq!(used().await, "N/A");
    assert!(stage.sts(&second).get_caller_identity().send().await.is_ok());
    assert_eq!(used().await, "sts");

    let set = async |status: StatusType| {
        iam.update_access_key()
            .access_key_id(&id)
            .status(status)
            .send()
            .await
            .unwrap();
        let listed = iam.list_access_keys().send().await.unwrap();
        listed
            .access_key_metadata()
            .iter()
            .find(|key| key.access_key_id() == Some(&id))
            .unwrap()
            .status()
            .cloned()
    };
    assert_eq!(set(StatusType::Inactive).await, Some(StatusType::Inactive));
    let invalid = is(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    assert_eq!(refused(stage.sts(&second).get_caller_identity().send().await), invalid);
    assert_eq!(set(StatusType::Active).await, Some(StatusType::Active));
    assert!(stage.sts(&second).get_caller_identity().send().await.is_ok());

    iam.delete_access_key().access_key_id(&id).send().await.unwrap();
    assert_eq!(refused(stage.sts(&second).get_caller_identity().send().await), invalid);
    let account = stage
        .sts(&dana)
        .get_access_key_info()
        .access_key_id(&id)
        .send()
        .await
        .unwrap();
    assert_eq!(account.account(), Some(ACCOUNT), "a deleted key still has an account");
    let gone = refused(iam.delete_access_key().access_key_id(&id).send().await);
    assert_eq!(
        gone,
        is(
            404,
            "NoSuchEntity",
            &format!("The Access Key with id {id} cannot be found.")
        )
    );
}

#[tokio::test]
async fn the_key_of_somebody_else_is_not_found() {
    let stage = Stage::new();
    let (dana, emil) = (stage.newcomer("dana"), stage.newcomer("emil"));
    let call = stage.iam(&dana).delete_access_key().access_key_id(emil.access_key_id());
    assert_eq!(refused(call.send().await).1, "NoSuchEntity");
    assert!(stage.sts(&emil).get_caller_identity().send().await.is_ok());
}
