package io.strongroom.benchmarks.compare;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time of an operation: what all Java threads of the process used in an iteration, divided by
 * its operations. Threads of the compiler and the garbage collector are not Java threads and are
 * left out. A thread that ends within the iteration is not counted.
 */
public final class CpuTime implements InternalProfiler {
  /** The name of the result, in nanoseconds an operation. */
  static final String RESULT = "cpu";

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private Map<Long, Long> before = Map.of();

  @Override
  public String getDescription() {
    return "CPU time of all Java threads";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = used();
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long nanoseconds = 0;
    for (Map.Entry<Long, Long> thread : used().entrySet()) {
      nanoseconds += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    long operations = Math.max(1, result.getMetadata().getAllOps());
    return List.of(
        new ScalarResult(
            RESULT, (double) nanoseconds / operations, "ns/op", AggregationPolicy.AVG));
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
