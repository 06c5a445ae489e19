package io.strongroom.crypto.subject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys in clear, by pseudonym: bounded in number of persons and in age, zeroed when they leave. A
 * thread of its own drops what is too old, so that an idle process forgets too.
 *
 * <p>Safe for use by several threads.
 */
final class SubjectKeyCache implements AutoCloseable {
  private final long maxAgeNanos;
  private final int maxSubjects;
  private final long sealsPerKey;
  private final LongSupplier nanoTime;
  private final Map<SubjectPseudonym, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable ScheduledThreadPoolExecutor sweeper;
  private @Nullable ScheduledFuture<?> sweeping;
  private long forgotten;
  private boolean closed;

  /** When a load began: what it brings is as old as that, and void if anything was forgotten. */
  record Ticket(long nanos, long forgotten) {}

  private static final class Entry {
    private final long loaded;
    private final Map<Integer, byte[]> keys = new TreeMap<>();
    private @Nullable SealingKey sealing;
    private long seals;

    private Entry(long loaded) {
      this.loaded = loaded;
    }

    private void zero() {
      keys.values().forEach(key -> Arrays.fill(key, (byte) 0));
      dropSealing();
    }

    private void dropSealing() {
      if (sealing != null) {
        sealing.zero();
        sealing = null;
      }
    }
  }

  SubjectKeyCache(Duration maxAge, int maxSubjects, long sealsPerKey, LongSupplier nanoTime) {
    this.maxAgeNanos = maxAge.toNanos();
    this.maxSubjects = maxSubjects;
    this.sealsPerKey = sealsPerKey;
    this.nanoTime = nanoTime;
  }

  synchronized Ticket ticket() {
    return new Ticket(nanoTime.getAsLong(), forgotten);
  }

  /** A copy of the key to seal with, counted as one use of it; the caller zeroes it. */
  synchronized @Nullable SealingKey sealing(SubjectPseudonym subject) {
    Entry entry = live(subject);
    if (entry == null || entry.sealing == null) {
      return null;
    }
    if (entry.seals >= sealsPerKey) {
      entry.dropSealing();
      return null;
    }
    entry.seals++;
    return entry.sealing.copy();
  }

  /** A copy of a person's key; the caller zeroes it. */
  synchronized byte @Nullable [] key(SubjectPseudonym subject, int version) {
    Entry entry = live(subject);
    byte[] key = entry == null ? null : entry.keys.get(version);
    return key == null ? null : key.clone();
  }

  private @Nullable Entry live(SubjectPseudonym subject) {
    Entry entry = entries.get(subject);
    if (entry != null && expired(entry)) {
      drop(subject);
      return null;
    }
    return entry;
  }

  private boolean expired(Entry entry) {
    return nanoTime.getAsLong() - entry.loaded >= maxAgeNanos;
  }

  /** Keeps a copy of a person's key. */
  synchronized void put(SubjectPseudonym subject, int version, byte[] key, Ticket ticket) {
    Entry entry = entry(subject, ticket);
    if (entry != null) {
      byte[] before = entry.keys.put(version, key.clone());
      if (before != null) {
        Arrays.fill(before, (byte) 0);
      }
    }
  }

  /** Keeps a copy of the key to seal with, which was used once. */
  synchronized void putSealing(SubjectPseudonym subject, SealingKey key, Ticket ticket) {
    Entry entry = entry(subject, ticket);
    if (entry != null) {
      entry.dropSealing();
      entry.sealing = key.copy();
      entry.seals = 1;
    }
  }

  private @Nullable Entry entry(SubjectPseudonym subject, Ticket ticket) {
    if (closed || ticket.forgotten() != forgotten || maxSubjects == 0) {
      return null;
    }
    Entry entry = live(subject);
    if (entry == null) {
      entry = new Entry(ticket.nanos());
      if (expired(entry)) {
        return null;
      }
      entries.put(subject, entry);
      evict();
      wakeSweeper();
    }
    return entry;
  }

  private void evict() {
    Iterator<Entry> oldest = entries.values().iterator();
    while (entries.size() > maxSubjects) {
      oldest.next().zero();
      oldest.remove();
    }
  }

  private void wakeSweeper() {
    if (sweeper == null) {
      sweeper =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread thread = new Thread(task, "strongroom-subject-keys");
                thread.setDaemon(true);
                return thread;
              });
      long period = Math.max(1, maxAgeNanos / 4);
      sweeping = sweeper.scheduleAtFixedRate(this::sweep, period, period, TimeUnit.NANOSECONDS);
    }
  }

  private synchronized void sweep() {
    List<SubjectPseudonym> expired = new ArrayList<>();
    entries.forEach(
        (subject, entry) -> {
          if (expired(entry)) {
            expired.add(subject);
          }
        });
    expired.forEach(this::drop);
  }

  private void drop(SubjectPseudonym subject) {
    Entry entry = entries.remove(subject);
    if (entry != null) {
      entry.zero();
    }
  }

  /** Drops a person's keys, and those that are being loaded for anybody. */
  synchronized void forget(SubjectPseudonym subject) {
    forgotten++;
    drop(subject);
  }

  synchronized void forgetAll() {
    forgotten++;
    entries.values().forEach(Entry::zero);
    entries.clear();
  }

  synchronized int size() {
    return entries.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    forgetAll();
    if (sweeping != null) {
      sweeping.cancel(false);
    }
    if (sweeper != null) {
      sweeper.shutdown();
    }
  }
}
