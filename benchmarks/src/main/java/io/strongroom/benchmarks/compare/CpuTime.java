package io.strongroom.benchmarks.compare;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time of an operation: what all Java threads of the process used in an iteration, divided by
 * its operations. Threads of the compiler and the garbage collector are not Java threads and are
 * left out; the second result, of the process, has them. A thread that ends within the iteration is
 * not counted. A contender that works in another process says what that one used.
 */
public final class CpuTime implements InternalProfiler {
  /** The name of the result, in nanoseconds an operation. */
  static final String RESULT = "cpu";

  /** The same with the compiler and the garbage collector. */
  static final String PROCESS = "process";

  private static final LongAdder THREADS_ELSEWHERE = new LongAdder();
  private static final LongAdder PROCESSES_ELSEWHERE = new LongAdder();

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private Map<Long, Long> before = Map.of();
  private long threadsElsewhere;
  private long processes;

  /**
   * Adds CPU time of another process that works for the contender, in nanoseconds.
   *
   * @param threads of its Java threads
   * @param process of all of it
   */
  public static void usedElsewhere(long threads, long process) {
    THREADS_ELSEWHERE.add(threads);
    PROCESSES_ELSEWHERE.add(process);
  }

  @Override
  public String getDescription() {
    return "CPU time of all Java threads";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = used();
    threadsElsewhere = THREADS_ELSEWHERE.sum();
    processes = processes();
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long nanoseconds = THREADS_ELSEWHERE.sum() - threadsElsewhere;
    for (Map.Entry<Long, Long> thread : used().entrySet()) {
      nanoseconds += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    long operations = Math.max(1, result.getMetadata().getAllOps());
    return List.of(
        result(RESULT, nanoseconds, operations),
        result(PROCESS, processes() - processes, operations));
  }

  private static ScalarResult result(String name, long nanoseconds, long operations) {
    return new ScalarResult(
        name, (double) nanoseconds / operations, "ns/op", AggregationPolicy.AVG);
  }

  private long processes() {
    return system.getProcessCpuTime() + PROCESSES_ELSEWHERE.sum();
  }

  private Map<Long, Long> used() {
    Map<Long, Long> used = new HashMap<>();
    for (long id : threads.getAllThreadIds()) {
      long time = threads.getThreadCpuTime(id);
      if (time >= 0) {
        used.put(id, time);
      }
    }
    return used;
  }
}
