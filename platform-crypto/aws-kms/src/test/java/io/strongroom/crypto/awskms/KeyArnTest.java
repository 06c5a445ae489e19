package io.strongroom.crypto.awskms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class KeyArnTest {
  private static final String KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  @ParameterizedTest
  @ValueSource(
      strings = {
        KEY,
        "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef",
        "arn:aws-cn:kms:cn-north-1:111122223333:alias/lake/eu"
      })
  void anArnIsReadAndWrittenAlike(String text) {
    assertThat(KeyArn.parse(text)).hasValueSatisfying(arn -> assertThat(arn).hasToString(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "alias/lake",
        "arn:aws:s3:::bucket",
        "arn:aws:kms:eu-central-1:11112222333:key/1",
        "arn:aws:kms::111122223333:key/1",
        "arn:aws:kms:eu-central-1:111122223333:key/",
        "arn:aws:kms:eu-central-1:111122223333:key/a/b",
        "arn:aws:kms:eu-central-1:111122223333:key/1\n",
        "xarn:aws:kms:eu-central-1:111122223333:key/1",
        "arn:other:kms:eu-central-1:111122223333:key/1"
      })
  void anythingElseIsNone(String text) {
    assertThat(KeyArn.parse(text)).isEmpty();
  }

  @Test
  void onlyMultiRegionKeysHaveReplicas() {
    KeyArn single = KeyArn.parse(KEY).orElseThrow();
    KeyArn multi = new KeyArn("aws", "eu-central-1", "111122223333", "key/mrk-1");
    assertThat(single.isReplicaOf(single)).isTrue();
    assertThat(single.isReplicaOf(single.in("eu-west-1"))).isFalse();
    assertThat(multi.isReplicaOf(multi.in("eu-west-1"))).isTrue();
    assertThat(multi.isReplicaOf(new KeyArn("aws", "eu-west-1", "111122223334", "key/mrk-1")))
        .isFalse();
    assertThat(multi.isReplicaOf(new KeyArn("aws", "eu-west-1", "111122223333", "key/mrk-2")))
        .isFalse();
    assertThat(multi.isReplicaOf(new KeyArn("aws-cn", "eu-west-1", "111122223333", "key/mrk-1")))
        .isFalse();
    assertThatThrownBy(() -> single.in("no region")).isInstanceOf(IllegalArgumentException.class);
  }
}
