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
  static final Throughput OF_FRAMES = new Throughput(40, 31, 64);
  static final Throughput OF_FILES = new Throughput(8, 11, 1);

  private final int warmups;
  private final int rounds;
  private final int calls;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /**
   * A way of measuring.
   *
   * @param calls make a round long beside the clock's resolution and short beside a phase of the
   *     machine
   */
  private Throughput(int warmups, int rounds, int calls) {
    this.warmups = warmups;
    this.rounds = rounds;
    this.calls = calls;
  }

  /**
   * The ratio of the two times, each the median of its rounds.
   *
   * @param work what is guarded
   * @param other what it is compared with
   * @return 1 when both take as long, less when the work is slower
   */
  double share(Work work, Work other) throws IOException {
    for (int i = 0; i < warmups; i++) {
      time(work);
      time(other);
    }
    long[] ours = new long[rounds];
    long[] theirs = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      ours[i] = time(work);
      theirs[i] = time(other);
    }
    return (double) median(theirs) / median(ours);
  }

  private long time(Work work) throws IOException {
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) {
      work.run();
    }
    return threads.getCurrentThreadCpuTime() - start;
  }

  private static long median(long[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
