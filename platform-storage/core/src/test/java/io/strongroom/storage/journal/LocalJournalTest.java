package io.strongroom.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class LocalJournalTest {
  private static final int SMALL = 4096;
  private static final int HEADER = JournalFolder.SEGMENT_HEADER;

  @TempDir Path root;

  private Path folder() {
    return root.resolve("journal");
  }

  private static byte[] record(int number) {
    return ("record " + number).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void failsWith(StorageErrorCode code, Runnable action) {
    assertThat(catchThrowable(action::run))
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** All records behind one, read in pages of a size that cuts groups. */
  private static List<byte[]> all(Journal journal, long after) {
    List<byte[]> contents = new ArrayList<>();
    long number = after;
    for (List<JournalRecord> page = journal.read(number, 3);
        !page.isEmpty();
        page = journal.read(number, 3)) {
      for (JournalRecord record : page) {
        assertThat(record.number()).isEqualTo(++number);
        contents.add(record.content());
      }
    }
    assertThat(number).isEqualTo(Math.max(after, journal.last()));
    return contents;
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(f -> f.toString().endsWith(".seg")).sorted().toList();
    }
  }

  @Test
  void recordsOfEveryLengthAreReadBackInOrderBeforeAndAfterReopening() throws IOException {
    List<byte[]> written = new ArrayList<>();
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      assertThat(journal.last()).isZero();
      assertThat(journal.read(0, 10)).isEmpty();
      for (int length : new int[] {0, 1, 7, 8, 9, 1000, 3980, 3981, 5000, 5_000_000, 3}) {
        written.add(random(length));
        assertThat(journal.append(random(length))).isEqualTo(written.size());
        assertThat(journal.last()).isEqualTo(written.size());
      }
      List<CompletableFuture<Long>> futures = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        written.add(record(i));
        futures.add(journal.submit(record(i)));
      }
      for (int i = 0; i < 300; i++) {
        assertThat(futures.get(i).join()).isEqualTo(i + 12);
      }
      assertThat(all(journal, 0)).usingElementComparator(Arrays::compare).isEqualTo(written);
    }
    assertThat(segments()).hasSizeGreaterThan(4);
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      assertThat(journal.last()).isEqualTo(written.size());
      assertThat(all(journal, 0)).usingElementComparator(Arrays::compare).isEqualTo(written);
      for (long after : new long[] {1, 8, 11, 12, 200, 310, 311, 400}) {
        List<byte[]> rest = written.subList((int) Math.min(after, 311), 311);
        assertThat(all(journal, after)).usingElementComparator(Arrays::compare).isEqualTo(rest);
      }
      assertThat(journal.append(record(0))).isEqualTo(written.size() + 1);
    }
  }

  @Test
  void theCallerMayReuseWhatItSubmitted() {
    try (LocalJournal journal = LocalJournal.open(folder())) {
      byte[] record = record(1);
      CompletableFuture<Long> first = journal.submit(record);
      Arrays.fill(record, (byte) 0);
      first.join();
      assertThat(journal.read(0, 1).get(0).content()).isEqualTo(record(1));
      journal.read(0, 1).get(0).content()[0] = 9;
      assertThat(journal.read(0, 1).get(0).content()).isEqualTo(record(1));
    }
  }

  @Test
  void aSecondOpeningIsRefusedUntilTheFirstIsClosed() {
    LocalJournal journal = LocalJournal.open(folder());
    failsWith(StorageErrorCode.JOURNAL_IN_USE, () -> LocalJournal.open(folder()));
    failsWith(
        StorageErrorCode.JOURNAL_IN_USE,
        () -> LocalJournal.open(root.resolve("journal/../journal")));
    assertThat(journal.append(record(1))).isEqualTo(1);
    journal.close();
    journal.close();
    assertThatThrownBy(() -> journal.append(record(2))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> journal.submit(record(2))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> journal.read(0, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> journal.release(1)).isInstanceOf(IllegalStateException.class);
    LocalJournal.open(folder()).close();
  }

  @Test
  void whatCannotBeTakenIsRefused() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder())) {
      byte[] long16 = new byte[Journal.MAX_RECORD + 1];
      failsWith(StorageErrorCode.JOURNAL_RECORD_REFUSED, () -> journal.append(long16));
      failsWith(StorageErrorCode.JOURNAL_RECORD_REFUSED, () -> journal.submit(long16).join());
      assertThat(journal.append(new byte[Journal.MAX_RECORD])).isEqualTo(1);
      assertThat(journal.read(0, 5).get(0).content()).hasSize(Journal.MAX_RECORD);
      assertThatThrownBy(() -> journal.read(0, 0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> journal.release(2)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> LocalJournal.open(folder(), 4095))
        .isInstanceOf(IllegalArgumentException.class);
    Path file = Files.createFile(root.resolve("file"));
    failsWith(StorageErrorCode.STORE_FOLDER_REFUSED, () -> LocalJournal.open(file));
  }

  /** A crash may leave any part of the last group on the disk, in any order. */
  @Test
  void anUnfinishedLastGroupIsCutOffWhateverOfItIsOnTheDisk() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      journal.append(record(1));
      journal.append(record(2));
    }
    Path segment = segments().get(0);
    byte[] two = Files.readAllBytes(segment);
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      journal.append(random(300));
    }
    byte[] three = Files.readAllBytes(segment);
    int from = HEADER + 2 * 64;
    int to = from + 48 + 304;
    assertThat(Arrays.mismatch(two, three)).isEqualTo(from);
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      byte[] torn = two.clone();
      if (round < 100) {
        int prefix = round < 64 ? round : Math.min(to - from - 1, 8 * (round - 56));
        System.arraycopy(three, from, torn, from, prefix);
      } else {
        for (int at = from; at < to; at += 16) {
          if (random.nextInt(16) > 0) {
            System.arraycopy(three, at, torn, at, Math.min(16, to - at));
          }
        }
      }
      if (Arrays.equals(torn, three)) {
        continue;
      }
      Files.write(segment, torn);
      try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
        assertThat(journal.last()).as("round %d", round).isEqualTo(2);
        assertThat(Files.readAllBytes(segment)).isEqualTo(two);
        if (round % 50 == 0) {
          assertThat(journal.append(record(3))).isEqualTo(3);
          assertThat(all(journal, 0))
              .usingElementComparator(Arrays::compare)
              .containsExactly(record(1), record(2), record(3));
        }
      }
    }
  }

  @Test
  void anAcknowledgedGroupThatWasDamagedIsNoticedAndNeverCutOff() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      journal.append(record(1));
      journal.append(record(2));
      journal.append(record(3));
    }
    Path segment = segments().get(0);
    byte[] sound = Files.readAllBytes(segment);
    for (int at = 0; at < HEADER + 2 * 64; at += 1 + at / HEADER) {
      byte[] damaged = sound.clone();
      damaged[at] ^= 1;
      Files.write(segment, damaged);
      failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> LocalJournal.open(folder(), SMALL));
      assertThat(Files.readAllBytes(segment)).isEqualTo(damaged);
    }
    Files.write(segment, sound);
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      journal.append(random(3800));
      journal.append(random(3900));
      try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
        file.seek(HEADER + 64 + 50);
        file.write(1);
      }
      assertThat(journal.read(0, 1).get(0).content()).isEqualTo(record(1));
      failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> journal.read(1, 1));
      assertThat(journal.read(4, 1).get(0).content()).isEqualTo(random(3900));
    }
  }

  @Test
  void aMissingForeignOrMarkedSegmentIsNoticed() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      for (int i = 1; i <= 3; i++) {
        journal.append(random(3900 + i));
      }
    }
    List<Path> segments = segments();
    byte[] first = Files.readAllBytes(segments.get(0));
    byte[] last = Files.readAllBytes(segments.get(2));
    Files.delete(segments.get(0));
    failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> LocalJournal.open(folder(), SMALL));
    try (LocalJournal other = LocalJournal.open(root.resolve("other"), SMALL)) {
      other.append(random(1));
    }
    Files.copy(root.resolve("other").resolve(segments.get(0).getFileName()), segments.get(0));
    failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> LocalJournal.open(folder(), SMALL));
    Files.write(segments.get(0), first);
    Files.writeString(folder().resolve("mark"), "{\"format\":\"x\",\"through\":1}");
    failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> LocalJournal.open(folder(), SMALL));
    Files.writeString(
        folder().resolve("mark"), "{\"format\":\"strongroom-journal-mark-v1\",\"through\":4}");
    failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> LocalJournal.open(folder(), SMALL));
    Files.delete(folder().resolve("mark"));
    Files.delete(segments.get(1));
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      assertThat(journal.read(0, 1)).hasSize(1);
      failsWith(StorageErrorCode.JOURNAL_DAMAGED, () -> journal.read(1, 1));
    }
    assertThat(Files.readAllBytes(segments.get(2))).isEqualTo(last);
  }

  @Test
  void releasedSegmentsGoAndTheMarkIsKept() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      for (int i = 1; i <= 12; i++) {
        journal.append(random(1000 + i));
      }
      assertThat(segments()).hasSize(4);
      journal.release(5);
      assertThat(segments()).hasSize(3);
      journal.release(2);
      assertThat(journal.released()).isEqualTo(5);
      assertThat(journal.read(0, 1).get(0).number()).isEqualTo(6);
    }
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      assertThat(journal.released()).isEqualTo(5);
      assertThat(journal.read(0, 1).get(0))
          .satisfies(r -> assertThat(r.content()).isEqualTo(random(1006)));
      journal.release(12);
      assertThat(segments()).hasSize(1);
      assertThat(journal.read(0, 1)).isEmpty();
      assertThat(journal.last()).isEqualTo(12);
      assertThat(journal.append(record(13))).isEqualTo(13);
    }
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      assertThat(journal.read(0, 9)).extracting(JournalRecord::number).containsExactly(13L);
    }
  }

  @Test
  void leftoversOfACrashBetweenMarkAndDeletionGoWhenItIsOpened() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      for (int i = 1; i <= 3; i++) {
        journal.append(random(3900));
      }
    }
    Files.writeString(
        folder().resolve("mark"), "{\"format\":\"strongroom-journal-mark-v1\",\"through\":2}");
    Files.writeString(folder().resolve("mark.tmp"), "half");
    Files.write(folder().resolve("00000000000000000004.seg.tmp"), new byte[100]);
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      assertThat(journal.last()).isEqualTo(3);
      try (Stream<Path> files = Files.list(folder())) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .containsExactlyInAnyOrder("lock", "mark", "00000000000000000003.seg");
      }
    }
  }

  /** Does what the test says instead of one write. */
  private static final class Disk {
    private final List<byte[]> writes = new ArrayList<>();
    private final List<Thread> writers = new ArrayList<>();
    private int failing = Integer.MAX_VALUE;
    private int written;
    private CountDownLatch gate = new CountDownLatch(0);

    synchronized SegmentFile open(Path path) throws IOException {
      SegmentFile real = SegmentFile.synchronous(path);
      return new SegmentFile() {
        @Override
        public void write(long at, byte[] bytes) throws IOException {
          writes.add(bytes.clone());
          writers.add(Thread.currentThread());
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          if (writes.size() >= failing) {
            real.write(at, Arrays.copyOf(bytes, Math.min(written, bytes.length)));
            throw new IOException("the disk failed");
          }
          real.write(at, bytes);
        }

        @Override
        public void close() throws IOException {
          real.close();
        }
      };
    }

    LocalJournal journal(Path folder) {
      return LocalJournal.open(folder, SMALL, this::open, () -> new byte[GroupFrame.TAG]);
    }
  }

  @Test
  void aFailedWriteIsNeverTriedAgainAndPoisonsTheJournal() {
    for (int written : new int[] {0, 1, 47, 59, 1000}) {
      Path folder = root.resolve("poisoned-" + written);
      Disk disk = new Disk();
      disk.failing = 2;
      disk.written = written;
      try (LocalJournal journal = disk.journal(folder)) {
        assertThat(journal.append(record(1))).isEqualTo(1);
        failsWith(StorageErrorCode.WRITE_OUTCOME_UNKNOWN, () -> journal.append(record(2)));
        for (int i = 0; i < 3; i++) {
          failsWith(StorageErrorCode.JOURNAL_POISONED, () -> journal.append(record(3)));
          assertThat(journal.submit(record(3)).handle((number, failure) -> failure).join())
              .isInstanceOf(StorageException.class);
        }
        assertThat(disk.writes).hasSize(2);
        assertThat(journal.last()).isEqualTo(1);
        assertThat(journal.read(0, 9)).hasSize(1);
      }
      try (LocalJournal journal = LocalJournal.open(folder, SMALL)) {
        assertThat(journal.last()).isEqualTo(written == 1000 ? 2 : 1);
        byte[] next = record(4);
        long number = journal.append(next);
        assertThat(journal.read(number - 1, 9).get(0).content()).isEqualTo(next);
      }
    }
  }

  /** What was read back may be in memory only, where an earlier process failed to write it. */
  @Test
  void openingWritesTheLastGroupAnewAndNothingElse() {
    Path folder = folder();
    Disk first = new Disk();
    try (LocalJournal journal = first.journal(folder)) {
      journal.append(record(1));
      journal.append(record(2));
    }
    Disk second = new Disk();
    second.journal(folder).close();
    assertThat(second.writes).hasSize(1);
    assertThat(second.writes.get(0)).isEqualTo(first.writes.get(1));
  }

  @Test
  void whoAppendsAloneCommitsInItsOwnThreadAndAnInterruptDoesNoHarm() {
    Disk disk = new Disk();
    try (LocalJournal journal = disk.journal(folder())) {
      Thread.currentThread().interrupt();
      assertThat(journal.append(record(1))).isEqualTo(1);
      assertThat(Thread.interrupted()).isTrue();
      journal.append(record(2));
      assertThat(disk.writers).containsOnly(Thread.currentThread());
      assertThat(journal.submit(record(3)).join()).isEqualTo(3);
      assertThat(disk.writers.get(2)).isNotSameAs(Thread.currentThread());
    }
  }

  @Test
  void threadsThatAppendAtTheSameTimeShareAWriteAndAFailure() throws Exception {
    for (boolean fails : new boolean[] {false, true}) {
      Disk disk = new Disk();
      disk.gate = new CountDownLatch(1);
      disk.failing = fails ? 2 : Integer.MAX_VALUE;
      ExecutorService threads = Executors.newFixedThreadPool(41);
      try (LocalJournal journal = disk.journal(root.resolve("shared-" + fails))) {
        List<Future<Long>> appends = new ArrayList<>();
        appends.add(threads.submit(() -> journal.append(record(0))));
        awaitWrites(disk, 1);
        List<CompletableFuture<Long>> submitted = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
          appends.add(threads.submit(() -> journal.append(record(7))));
          submitted.add(journal.submit(record(7)));
        }
        Thread.sleep(200);
        disk.gate.countDown();
        assertThat(appends.remove(0).get()).isEqualTo(1);
        int failed = 0;
        List<Long> numbers = new ArrayList<>();
        for (Future<Long> append : appends) {
          Throwable failure = catchThrowable(() -> numbers.add(append.get()));
          failed += failure == null ? 0 : 1;
        }
        for (CompletableFuture<Long> future : submitted) {
          Throwable failure = catchThrowable(() -> numbers.add(future.join()));
          failed += failure == null ? 0 : 1;
        }
        assertThat(disk.writes).hasSizeLessThanOrEqualTo(4);
        assertThat(failed).isEqualTo(fails ? 80 : 0);
        assertThat(numbers).doesNotHaveDuplicates().hasSize(fails ? 0 : 80);
        assertThat(journal.last()).isEqualTo(fails ? 1 : 81);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static void awaitWrites(Disk disk, int count) throws InterruptedException {
    for (int i = 0; disk.writes.size() < count && i < 5000; i++) {
      Thread.sleep(1);
    }
    assertThat(disk.writes).hasSize(count);
  }

  @Test
  void closingWaitsForWhatIsOnItsWay() {
    List<CompletableFuture<Long>> futures = new ArrayList<>();
    LocalJournal journal = LocalJournal.open(folder());
    for (int i = 0; i < 500; i++) {
      futures.add(journal.submit(record(i)));
    }
    journal.close();
    assertThat(futures).allMatch(CompletableFuture::isDone);
    try (LocalJournal again = LocalJournal.open(folder())) {
      assertThat(again.last()).isEqualTo(500);
    }
  }

  @Test
  void aSegmentThatCannotBeMadeCostsThatRecordOnly() throws IOException {
    try (LocalJournal journal = LocalJournal.open(folder(), SMALL)) {
      journal.append(random(3900));
      Path obstacle = folder().resolve("00000000000000000002.seg.tmp");
      Files.createDirectories(obstacle.resolve("in the way"));
      failsWith(StorageErrorCode.STORE_UNAVAILABLE, () -> journal.append(random(3901)));
      failsWith(StorageErrorCode.STORE_UNAVAILABLE, () -> journal.append(random(3901)));
      Files.delete(obstacle.resolve("in the way"));
      assertThat(journal.append(random(3902))).isEqualTo(2);
      assertThat(journal.read(1, 1).get(0).content()).isEqualTo(random(3902));
    }
  }
}
