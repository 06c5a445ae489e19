package io.strongroom.audit.query;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditLog;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through a log segment by segment, by the index where it helps. Holds one segment. */
final class Answer implements Iterator<AuditEntry> {
  private final AuditIndex index;
  private final AuditLog log;
  private final AuditQuery query;
  private final int height;
  private final long size;
  private final List<Long> terms;
  private final long segments;

  /** The next segment to look at. */
  private long number;

  /** What is left of the segment that is being looked at. */
  private Iterator<AuditEntry> current = Collections.emptyIterator();

  private @Nullable AuditEntry next;

  Answer(AuditIndex index, AuditLog log, AuditQuery query, int height, long size) {
    this.index = index;
    this.log = log;
    this.query = query;
    this.height = height;
    this.size = size;
    this.terms = new Terms().of(query);
    this.segments = size >>> height;
    this.number = query.firstIndex() >>> height;
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      if (current.hasNext()) {
        AuditEntry entry = current.next();
        next = query.matches(entry) ? entry : null;
      } else if (number << height >= size) {
        return false;
      } else {
        current = segment(number++);
      }
    }
    return true;
  }

  @Override
  public AuditEntry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    AuditEntry entry = next;
    next = null;
    return Objects.requireNonNull(entry);
  }

  private Iterator<AuditEntry> segment(long at) {
    long base = at << height;
    Optional<IndexSegment> indexed = at < segments ? index.segment(at) : Optional.empty();
    if (indexed.isPresent()) {
      return new Candidates(base, indexed.get().candidates(query, terms));
    }
    long from = Math.max(base, query.firstIndex());
    long end = Math.min(size, base + (1L << height));
    return log.entries(from).limit(Math.max(0, end - from)).iterator();
  }

  /** Reads the candidates of a segment, those of one bundle in one go. */
  private final class Candidates implements Iterator<AuditEntry> {
    private static final int BUNDLE = 256;

    private final long base;
    private final PrimitiveIterator.OfInt offsets;

    /** The first candidate that is not in {@link #bundle}; -1 when there is none. */
    private long ahead;

    private Iterator<AuditEntry> bundle = Collections.emptyIterator();

    Candidates(long base, PrimitiveIterator.OfInt offsets) {
      this.base = base;
      this.offsets = offsets;
      this.ahead = offset();
    }

    private long offset() {
      return offsets.hasNext() ? base + offsets.nextInt() : -1;
    }

    @Override
    public boolean hasNext() {
      return bundle.hasNext() || ahead >= 0;
    }

    @Override
    public AuditEntry next() {
      if (!bundle.hasNext()) {
        bundle = read();
      }
      return bundle.next();
    }

    private Iterator<AuditEntry> read() {
      long first = ahead;
      Set<Long> wanted = new HashSet<>();
      long last = first;
      do {
        wanted.add(ahead);
        last = ahead;
        ahead = offset();
      } while (ahead >= 0 && ahead / BUNDLE == first / BUNDLE);
      return last == first
          ? log.entry(first).stream().iterator()
          : log.entries(first)
              .limit(last - first + 1)
              .filter(entry -> wanted.contains(entry.index()))
              .iterator();
    }
  }
}
