package io.strongroom.pipeline;

import io.strongroom.storage.run.RunLease;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the threads of one run whether to go on. */
final class RunControl {
  private final RunLease lease;
  private final GatePolicy gates;
  private final Map<String, SortedMap<String, Long>> reasonsByPartition = new HashMap<>();
  private final CountDownLatch stop = new CountDownLatch(1);

  RunControl(RunLease lease, GatePolicy gates) {
    this.lease = lease;
    this.gates = gates;
  }

  void cancel() {
    stop.countDown();
  }

  void check() {
    if (stop.getCount() == 0) {
      throw new PipelineException(
          PipelineErrorCode.RUN_CANCELLED, "the run was told to stop between two chunks");
    }
    if (lease.lost()) {
      throw new PipelineException(
          PipelineErrorCode.LEASE_LOST, "the lease of the run was not renewed in time");
    }
  }

  /** Waits before another attempt; a cancelled run does not wait on. */
  void pause(Duration delay) {
    try {
      if (stop.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      check();
    }
  }

  /** Replaces what was known of a partition, so that a further attempt does not count twice. */
  void rejected(String step, String partition, SortedMap<String, Long> reasons) {
    Optional<GateFinding> open;
    synchronized (reasonsByPartition) {
      reasonsByPartition.put(step + "/" + partition, reasons);
      open = gates.tooManyOfOneCode(total());
    }
    if (open.isPresent()) {
      throw new PipelineException(PipelineErrorCode.BREAKER_OPENED, open.get().why());
    }
  }

  SortedMap<String, Long> rejectedSoFar() {
    synchronized (reasonsByPartition) {
      return total();
    }
  }

  private SortedMap<String, Long> total() {
    SortedMap<String, Long> total = new TreeMap<>();
    reasonsByPartition
        .values()
        .forEach(one -> one.forEach((code, count) -> total.merge(code, count, Math::addExact)));
    return total;
  }
}
