package io.strongroom.crypto.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.SubjectKeyException;
import io.strongroom.crypto.subject.FileSubjectKeyStore;
import io.strongroom.crypto.subject.SubjectKeyStore;
import io.strongroom.crypto.subject.SubjectRecord;
import io.strongroom.crypto.subject.SubjectRecord.Kind;
import io.strongroom.crypto.testing.InMemorySubjectKeyStore.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of subject keys keeps. */
@Tag("verify")
class SubjectKeyStoreTest {
  private static final SubjectRecord A = new SubjectRecord(Kind.KEY, "a".repeat(64));
  private static final SubjectRecord B = new SubjectRecord(Kind.KEY, "ab".repeat(32));

  @TempDir Path folder;

  enum Implementation {
    FILES,
    MEMORY
  }

  private SubjectKeyStore store(Implementation implementation) {
    return switch (implementation) {
      case FILES -> new FileSubjectKeyStore(folder.resolve("deep/store"));
      case MEMORY -> new InMemorySubjectKeyStore();
    };
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyStoreHasNothing(Implementation implementation) {
    SubjectKeyStore store = store(implementation);
    assertThat(store.get(A, 1)).isEmpty();
    assertThat(store.versions(A)).isEmpty();
    assertThat(store.list(Kind.KEY)).isEmpty();
    store.deleteAllVersions(A);
    assertThat(folder.resolve("deep")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void theFirstWriterOfAVersionWins(Implementation implementation) {
    SubjectKeyStore store = store(implementation);
    assertThat(store.putIfAbsent(A, 1, new byte[] {1})).isTrue();
    assertThat(store.putIfAbsent(A, 1, new byte[] {2})).isFalse();
    assertThat(store.putIfAbsent(A, 10, new byte[0])).isTrue();
    assertThat(store.putIfAbsent(A, 2, new byte[] {3})).isTrue();
    assertThat(store.get(A, 1)).hasValue(new byte[] {1});
    assertThat(store.get(A, 10)).hasValue(new byte[0]);
    assertThat(store.versions(A)).containsExactly(1, 2, 10);
    assertThat(store.versions(B)).isEmpty();
    assertThatThrownBy(() -> store.putIfAbsent(A, 0, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void recordsOfOneIdAndOtherKindsAreApart(Implementation implementation) {
    SubjectKeyStore store = store(implementation);
    for (Kind kind : Kind.values()) {
      store.putIfAbsent(new SubjectRecord(kind, A.id()), 1, new byte[] {1});
    }
    store.putIfAbsent(B, 1, new byte[0]);
    store.deleteAllVersions(A);
    for (Kind kind : Kind.values()) {
      assertThat(store.versions(new SubjectRecord(kind, A.id()))).hasSize(kind == Kind.KEY ? 0 : 1);
    }
    assertThat(store.list(Kind.KEY)).containsExactly(B);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsGivenAndTakenIsCopied(Implementation implementation) {
    SubjectKeyStore store = store(implementation);
    byte[] given = {1};
    store.putIfAbsent(A, 1, given);
    given[0] = 2;
    store.get(A, 1).orElseThrow()[0] = 3;
    assertThat(store.get(A, 1)).hasValue(new byte[] {1});
  }

  @ParameterizedTest
  @EnumSource
  void aDeletedRecordCanBeMadeAnewAndListed(Implementation implementation) {
    SubjectKeyStore store = store(implementation);
    store.putIfAbsent(A, 1, new byte[] {1});
    store.putIfAbsent(A, 2, new byte[] {2});
    store.deleteAllVersions(A);
    assertThat(store.versions(A)).isEmpty();
    assertThat(store.list(Kind.KEY)).isEmpty();
    assertThat(store.putIfAbsent(A, 1, new byte[] {9})).isTrue();
    assertThat(store.get(A, 1)).hasValue(new byte[] {9});
    assertThat(store.list(Kind.KEY)).containsExactly(A);
  }

  @ParameterizedTest
  @EnumSource
  void ofManyWritersOneWinsEachVersionWhileOthersDelete(Implementation implementation)
      throws Exception {
    SubjectKeyStore store = store(implementation);
    int threads = 4;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<Integer>> wins = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      byte[] mine = {(byte) i};
      wins.add(
          executor.submit(
              () -> {
                start.await();
                int won = 0;
                for (int version = 1; version <= 10; version++) {
                  won += store.putIfAbsent(A, version, mine) ? 1 : 0;
                  store.putIfAbsent(B, version, mine);
                  store.deleteAllVersions(B);
                }
                return won;
              }));
    }
    int won = 0;
    for (Future<Integer> one : wins) {
      won += one.get();
    }
    executor.shutdown();
    assertThat(won).isEqualTo(10);
    assertThat(store.versions(A)).hasSize(10);
    store.deleteAllVersions(B);
    assertThat(store.versions(B)).isEmpty();
  }

  @Test
  void filesBelongToTheirOwnerAloneAndNothingElseIsLeft() throws Exception {
    SubjectKeyStore store = store(Implementation.FILES);
    store.putIfAbsent(A, 1, new byte[] {1});
    store.putIfAbsent(A, 1, new byte[] {2});
    try (Stream<Path> paths = Files.walk(folder.resolve("deep/store"))) {
      for (Path path : paths.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .endsWith("------");
      }
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      assertThat(paths.filter(Files::isRegularFile)).hasSize(1);
    }
    store.deleteAllVersions(A);
    try (Stream<Path> paths = Files.walk(folder)) {
      assertThat(paths.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void aStoreOfFilesThatCannotBeUsedSaysWhere() throws Exception {
    Files.writeString(folder.resolve("deep"), "no folder");
    SubjectKeyStore store = store(Implementation.FILES);
    assertThatThrownBy(() -> store.putIfAbsent(A, 1, new byte[0]))
        .isInstanceOf(SubjectKeyException.class)
        .hasMessageContaining("deep/store");
  }

  @Test
  void aCrashedStoreStaysDownUntilItIsRestarted() {
    InMemorySubjectKeyStore store = new InMemorySubjectKeyStore();
    store.putIfAbsent(A, 1, new byte[] {1});
    store.putIfAbsent(A, 2, new byte[] {2});
    store.crashAt(2, Moment.HALFWAY);
    assertThat(store.versions(A)).hasSize(2);
    assertThat(store.crashed()).isFalse();
    assertThatThrownBy(() -> store.deleteAllVersions(A)).isInstanceOf(SubjectKeyException.class);
    assertThat(store.crashed()).isTrue();
    assertThatThrownBy(() -> store.versions(A)).isInstanceOf(SubjectKeyException.class);
    store.restart();
    assertThat(store.versions(A)).containsExactly(2);
    store.crashAt(1, Moment.AFTER);
    assertThatThrownBy(() -> store.putIfAbsent(B, 1, new byte[0]))
        .isInstanceOf(SubjectKeyException.class);
    store.restart();
    store.crashAt(1, Moment.BEFORE);
    assertThatThrownBy(() -> store.deleteAllVersions(A)).isInstanceOf(SubjectKeyException.class);
    store.restart();
    assertThat(store.list(Kind.KEY)).containsExactlyInAnyOrder(A, B);
    assertThat(store.contents()).hasSize(2);
    assertThat(store.calls()).isEqualTo(9);
  }
}
