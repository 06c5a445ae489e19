package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What must hold of submitted entries and of the notes that say which index they have got. */
final class InboxRules {
  /** Takes what is found. */
  interface Findings {
    void wrong(String name, String problem);

    void notice(String name, String problem);
  }

  /** The log that was verified. */
  interface Entries {
    /** The leaf hash of an entry; null where it is damaged, which has been found already. */
    byte @Nullable [] leafHash(long index);
  }

  private final Function<String, Optional<StoredObject>> get;
  private final Inbox inbox;
  private final Entries entries;
  private final Head.Range unsettled;
  private final Duration within;
  private final Instant now;
  private final Findings findings;

  /**
   * Rules for one log.
   *
   * @param get reads an object
   * @param unsettled entries that may still lie in the inbox
   * @param within how long an entry may wait there
   */
  InboxRules(
      Function<String, Optional<StoredObject>> get,
      Inbox inbox,
      Entries entries,
      Head.Range unsettled,
      Duration within,
      Instant now,
      Findings findings) {
    this.get = get;
    this.inbox = inbox;
    this.entries = entries;
    this.unsettled = unsettled;
    this.within = within;
    this.now = now;
    this.findings = findings;
  }

  static boolean concern(String name) {
    return name.startsWith(Inbox.FOLDER) || name.startsWith(Inbox.SETTLED);
  }

  /**
   * Judges an object.
   *
   * @param modified when it was written, by the store's clock
   * @param size of the log, as large as it was seen to be
   */
  void judge(String name, Instant modified, long size) {
    String leaf = name.substring(name.indexOf('/') + 1);
    if (!AuditReceipt.isHash(leaf)) {
      findings.wrong(name, "it is no object of a log");
      return;
    }
    Optional<StoredObject> stored = get.apply(name);
    if (stored.isEmpty()) {
      return;
    }
    if (name.startsWith(Inbox.SETTLED)) {
      judgeNote(name, leaf, stored.get().content(), size);
      return;
    }
    if (!Inbox.isEntry(leaf, stored.get().content())) {
      findings.wrong(name, "it is not the entry that was submitted under this name");
    } else if (get.apply(Inbox.SETTLED + leaf).isPresent() || isUnsettled(leaf)) {
      findings.notice(name, "it is in the log; the next writer takes it out of the inbox");
    } else if (modified.plus(within).isBefore(now)) {
      findings.wrong(
          name, "it was submitted at " + modified + " and no writer has given it an index");
    } else {
      findings.notice(name, "it was submitted at " + modified + " and waits for the next writer");
    }
  }

  private boolean isUnsettled(String leaf) {
    byte[] hash = HexFormat.of().parseHex(leaf);
    for (long index = unsettled.from(); index < unsettled.to(); index++) {
      if (Arrays.equals(entries.leafHash(index), hash)) {
        return true;
      }
    }
    return false;
  }

  private void judgeNote(String name, String leaf, byte[] bytes, long size) {
    long index;
    try {
      index = inbox.decode(leaf, bytes);
    } catch (IllegalArgumentException malformed) {
      findings.wrong(name, String.valueOf(malformed.getMessage()));
      return;
    }
    if (index >= size) {
      findings.wrong(name, "it names index " + index + ", which the log does not have");
      return;
    }
    byte[] hash = entries.leafHash(index);
    if (hash != null && !Arrays.equals(hash, HexFormat.of().parseHex(leaf))) {
      findings.wrong(name, "entry " + index + " is not the one that was submitted");
    }
  }
}
