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
  private static final int WARMUPS = 40;
  private static final int ROUNDS = 31;

  /** Makes a round long beside the clock's resolution and short beside a phase of the machine. */
  private static final int CALLS = 64;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  /**
   * The ratio of the two times, each the median of its rounds.
   *
   * @param work what is guarded
   * @param limit what it is compared with
   * @return 1 when both take as long, less when the work is slower
   */
  double share(Work work, Work limit) throws IOException {
    for (int i = 0; i < WARMUPS; i++) {
      time(work);
      time(limit);
    }
    long[] ours = new long[ROUNDS];
    long[] theirs = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ours[i] = time(work);
      theirs[i] = time(limit);
    }
    return (double) median(theirs) / median(ours);
  }

  private long time(Work work) throws IOException {
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < CALLS; i++) {
      work.run();
    }
    return threads.getCurrentThreadCpuTime() - start;
  }

  private static long median(long[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
