package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.KeyClass;
import io.strongroom.storage.run.ModuleKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Writers with other threads to help them. */
@Tag("verify")
class ParallelWriterTest {
  private static final int ROWS = 9_000;
  private static final WriterSettings SETTINGS =
      Samples.small(ParquetLayout.STANDARD, Codec.ZSTD, 1_100);

  private final ExecutorService pool = Executors.newFixedThreadPool(3);

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  private static ParquetFileFacts write(
      OutputStream sink, @Nullable ParquetFileKeys keys, Workers workers, int rows) {
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            sink, Samples.SCHEMA, keys, SETTINGS, new BufferPool(1 << 22), workers)) {
      for (int row = 0; row < rows; row++) {
        Samples.write(out, row);
      }
      return out.finish();
    }
  }

  @Test
  void theFileIsTheSameWhoeverHelps() {
    byte[] alone = Samples.file(ROWS, null, SETTINGS).bytes();
    Executor refuses =
        task -> {
          throw new RejectedExecutionException("full");
        };
    Executor never = task -> {};
    for (Executor executor : List.of(pool, refuses, never, (Executor) Runnable::run)) {
      for (int threads : new int[] {2, 4}) {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        ParquetFileFacts facts = write(sink, null, new Workers(threads, executor), ROWS);
        assertThat(sink.toByteArray()).isEqualTo(alone);
        assertThat(facts).isEqualTo(Samples.file(ROWS, null, SETTINGS).facts());
      }
    }
  }

  @Test
  void anEncryptedFileComesBack() {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    ParquetFileFacts facts = write(sink, Samples.KEYS, new Workers(3, pool), ROWS);
    try (ParquetRowReader in =
        new ParquetRowReader(
            BytesSource.of(sink.toByteArray()),
            Samples.SCHEMA,
            Samples.KEYS,
            facts.footerSha256())) {
      Samples.checkAll(in, ROWS);
    }
  }

  @Test
  void aStreamThatFailsInAnotherThreadEndsTheWriting() {
    for (int limit : new int[] {5, 20_000, 60_000}) {
      AtomicInteger left = new AtomicInteger(limit);
      OutputStream sink =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              if (left.addAndGet(-length) < 0) {
                throw new IOException("disk");
              }
            }
          };
      assertThatThrownBy(() -> write(sink, null, new Workers(2, pool), ROWS))
          .isInstanceOfSatisfying(
              ParquetFileException.class,
              failed -> assertThat(failed.code()).isEqualTo(ParquetErrorCode.SINK_FAILED));
    }
  }

  @Test
  void noThreadTouchesTheStreamAfterTheWriterWasClosed() throws Exception {
    for (int round = 0; round < 20; round++) {
      AtomicInteger closed = new AtomicInteger();
      AtomicInteger late = new AtomicInteger();
      OutputStream sink =
          new OutputStream() {
            @Override
            public void write(int b) {
              late.addAndGet(closed.get());
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
              late.addAndGet(closed.get());
              LockSupport.parkNanos(1_000);
              late.addAndGet(closed.get());
            }
          };
      try (ParquetRowWriter out =
          new ParquetRowWriter(
              sink,
              Samples.SCHEMA,
              Samples.KEYS,
              SETTINGS,
              new BufferPool(1 << 22),
              new Workers(3, pool))) {
        for (int row = 0; row < 1_100 * (1 + round % 5) + round; row++) {
          Samples.write(out, row);
        }
      }
      closed.set(1);
      Thread.sleep(2);
      assertThat(late).hasValue(0);
    }
  }

  @Test
  void aKeyThatIsUsedUpEndsTheWritingWithItsName() {
    for (int threads : new int[] {1, 2}) {
      ParquetFileKeys keys = ParquetFileKeys.of(Samples.key(1), "old-key");
      keys.writing(KeyClass.DEFAULT).count(ModuleKey.MAX_MODULES - 20);
      assertThatThrownBy(
              () -> write(new ByteArrayOutputStream(), keys, new Workers(threads, pool), ROWS))
          .isInstanceOf(ParquetFileException.class)
          .hasMessageContaining("'old-key'")
          .extracting(failed -> ((ParquetFileException) failed).code())
          .isEqualTo(ParquetErrorCode.KEY_EXHAUSTED);
    }
  }

  @Test
  void theModulesOfAFileAreCounted() {
    ParquetFileKeys keys = ParquetFileKeys.of(Samples.key(1), "k");
    write(new ByteArrayOutputStream(), keys, Workers.NONE, 100);
    long columns = Samples.SCHEMA.columns().size();
    // A page and its header, two indexes; at most as many again for dictionaries; the footer.
    assertThat(keys.modules()).isBetween(4 * columns + 1, 6 * columns + 1);
    assertThatThrownBy(() -> new Workers(0, pool)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Workers(257, pool)).isInstanceOf(IllegalArgumentException.class);
  }
}
