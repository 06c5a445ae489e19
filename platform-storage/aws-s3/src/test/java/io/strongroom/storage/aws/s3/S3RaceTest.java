package io.strongroom.storage.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.ObjectStoreRace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writers in processes of their own, each with its own SDK, on one bucket over its endpoint. */
@Tag("exhaustive")
class S3RaceTest {

  /** The bucket of a server on this machine. */
  public static final class S3Opener implements ObjectStoreRace.Opener {
    @Override
    public ObjectStore open(String port) {
      return S3ObjectStore.builder(
              S3Rig.builder(Integer.parseInt(port), S3Rig.SECRET).build(),
              S3Rig.BUCKET,
              S3Rig.ACCOUNT,
              S3Encryption.bucketDefault())
          .patience(S3Rig.HASTY)
          .build();
    }
  }

  private static void race(int rounds) throws Exception {
    try (S3Rig rig = new S3Rig()) {
      ObjectStoreRace.Outcome outcome =
          new ObjectStoreRace(S3Opener.class, String.valueOf(rig.port()), rounds)
              .run(rig.store().build());
      assertThat(outcome.created()).isEqualTo(rounds);
      assertThat(outcome.replaced()).isEqualTo(rounds);
    }
  }

  @Test
  void eightWritersInFourProcessesRaceTwoHundredTimesOnCreateAndReplace() throws Exception {
    race(200);
  }
}
