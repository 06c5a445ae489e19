package io.strongroom.benchmarks.guard;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * The speed of one work as a share of another's, measured in one process in turns, by the CPU time
 * of this thread: what else the machine does falls on both.
 */
final class Throughput {
  private static final int ROUNDS_OF_FRAMES = 31;

  /** Frames are short: many a round, of whose times the median counts. */
  static final Throughput OF_FRAMES =
      new Throughput(40, ROUNDS_OF_FRAMES, 64, ROUNDS_OF_FRAMES / 2);

  /**
   * A file takes long enough for a neighbour on the other half of the core to slow one of two works
   * by half and not the other. The least of many rounds is of a moment when there was none.
   */
  static final Throughput OF_FILES = new Throughput(30, 60, 1, 0);

  private final int warmups;
  private final int rounds;
  private final int calls;
  private final int place;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /**
   * A way of measuring.
   *
   * @param calls make a round long beside the clock's resolution and short beside a phase of the
   *     machine
   * @param place which of the times counts when they stand in order, the least first
   */
  private Throughput(int warmups, int rounds, int calls, int place) {
    this.warmups = warmups;
    this.rounds = rounds;
    this.calls = calls;
    this.place = place;
  }

  /**
   * The ratio of the two times.
   *
   * @param work what is guarded
   * @param limit what it is compared with
   * @return 1 when both take as long, less when the work is slower
   */
  double share(Work work, Work limit) throws IOException {
    for (int i = 0; i < warmups; i++) {
      time(work);
      time(limit);
    }
    long[] ours = new long[rounds];
    long[] theirs = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      ours[i] = time(work);
      theirs[i] = time(limit);
    }
    return (double) counting(theirs) / counting(ours);
  }

  private long time(Work work) throws IOException {
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) {
      work.run();
    }
    return threads.getCurrentThreadCpuTime() - start;
  }

  private long counting(long[] times) {
    Arrays.sort(times);
    return times[place];
  }
}
