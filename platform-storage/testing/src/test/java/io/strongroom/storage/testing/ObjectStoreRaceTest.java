package io.strongroom.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.WriteResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ObjectStoreRaceTest {
  @TempDir Path folder;

  /** A local store. */
  public static final class LocalOpener implements ObjectStoreRace.Opener {
    @Override
    public ObjectStore open(String argument) {
      return new LocalObjectStore(Path.of(argument));
    }
  }

  /** A local store that looks before it writes, and calls that a condition. */
  public static final class CarelessOpener implements ObjectStoreRace.Opener {
    @Override
    public ObjectStore open(String argument) {
      return new ForwardingObjectStore(new LocalObjectStore(Path.of(argument))) {
        @Override
        public WriteResult putIfMatch(String key, byte[] content, String etag) {
          return inner.head(key).filter(i -> i.etag().equals(etag)).isPresent()
              ? inner.put(key, content)
              : new WriteResult.Lost();
        }
      };
    }
  }

  @Test
  void eightWritersInFourProcessesRaceTwoHundredTimesOnCreateAndReplace() throws Exception {
    ObjectStoreRace.Outcome outcome =
        new ObjectStoreRace(LocalOpener.class, folder.toString(), 200)
            .run(new LocalObjectStore(folder));
    assertThat(outcome).isEqualTo(new ObjectStoreRace.Outcome(200, 200, 0));
  }

  @Test
  void storeThatOnlyLooksBeforeItWritesIsCaught() {
    assertThatThrownBy(
            () ->
                new ObjectStoreRace(CarelessOpener.class, folder.toString(), 60)
                    .run(new LocalObjectStore(folder)))
        .isInstanceOf(AssertionError.class);
  }
}
