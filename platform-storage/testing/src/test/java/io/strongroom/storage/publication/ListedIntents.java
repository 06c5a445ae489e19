package io.strongroom.storage.publication;

import io.strongroom.storage.run.internal.ControlJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An intent log in the heap. Safe for use by several threads. */
final class ListedIntents implements IntentLog {
  private final List<Intent> intents = new ArrayList<>();

  @Override
  public synchronized IntentReceipt append(Intent intent) {
    intents.add(intent);
    return receipt(intents.size() - 1);
  }

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

  /** A log with the same entries. */
  synchronized ListedIntents copy() {
    ListedIntents copy = new ListedIntents();
    copy.intents.addAll(intents);
    return copy;
  }

  synchronized List<Intent> intents() {
    return List.copyOf(intents);
  }

  synchronized void forget(int index) {
    Intent other = intents.get(index == 0 ? intents.size() - 1 : 0);
    intents.set(index, other);
  }

  private IntentReceipt receipt(int index) {
    return new IntentReceipt(
        index,
        ControlJson.sha256((index + intents.get(index).id()).getBytes(StandardCharsets.UTF_8)));
  }
}
