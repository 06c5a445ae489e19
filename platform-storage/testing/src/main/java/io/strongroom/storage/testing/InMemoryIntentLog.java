package io.strongroom.storage.testing;

import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An intent log in the heap, for tests of code that publishes: entries have the indexes 0, 1, 2 and
 * on, and a leaf hash that is different for each index and intent. Nothing is durable, and no other
 * process sees it.
 *
 * <p>Safe for use by several threads.
 */
public final class InMemoryIntentLog implements IntentLog {
  private final List<Intent> intents = new ArrayList<>();

  /** A log without entries. */
  public InMemoryIntentLog() {}

  @Override
  public synchronized IntentReceipt append(Intent intent) {
    intents.add(Objects.requireNonNull(intent, "intent"));
    return receipt(intents.size() - 1);
  }

  /**
   * {@inheritDoc}
   *
   * @return the oldest of its entries
   */
  @Override
  public synchronized Optional<IntentReceipt> find(String intentId) {
    for (int i = 0; i < intents.size(); i++) {
      if (intents.get(i).id().equals(intentId)) {
        return Optional.of(receipt(i));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized boolean holds(IntentReceipt receipt, String intentId) {
    return receipt.index() < intents.size()
        && intents.get((int) receipt.index()).id().equals(intentId)
        && receipt((int) receipt.index()).equals(receipt);
  }

  /** Another log with the same entries. */
  public synchronized InMemoryIntentLog copy() {
    InMemoryIntentLog copy = new InMemoryIntentLog();
    copy.intents.addAll(intents);
    return copy;
  }

  /** The entries in their order; a copy. */
  public synchronized List<Intent> intents() {
    return List.copyOf(intents);
  }

  /**
   * Does what no log may do, for tests of those who verify: puts an entry in the place of another.
   *
   * @param index of an entry
   * @param other what is to stand there
   * @throws IndexOutOfBoundsException when there is no such entry
   */
  public synchronized void replace(int index, Intent other) {
    intents.set(index, Objects.requireNonNull(other, "other"));
  }

  private IntentReceipt receipt(int index) {
    String entry = index + intents.get(index).id();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha256.digest(entry.getBytes(StandardCharsets.UTF_8));
      return new IntentReceipt(index, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
