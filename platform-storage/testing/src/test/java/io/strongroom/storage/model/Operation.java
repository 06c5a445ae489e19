package io.strongroom.storage.model;

import io.strongroom.storage.publication.IntentReceipt;

/**
 * What an actor asks of the object store or of the intent log. Contents are numbers that {@link
 * Contents} gave.
 */
sealed interface Operation {
  record Get(String key) implements Operation {}

  record Head(String key) implements Operation {}

  record ListKeys(String prefix, String after, int limit) implements Operation {}

  record PutIfAbsent(String key, int content) implements Operation {}

  record PutIfMatch(String key, int content, String etag) implements Operation {}

  record Put(String key, int content) implements Operation {}

  record Delete(String key) implements Operation {}

  record HoldsIntent(IntentReceipt receipt, String id) implements Operation {}

  record FindIntent(String id) implements Operation {}

  record AppendIntent(String id) implements Operation {}

  /** Whether it may be on its way when the process that sent it has died, and arrive later. */
  default boolean isObjectWrite() {
    return tellsOutcome() || this instanceof Delete;
  }

  /** Whether its reply may be lost without the process failing. */
  default boolean tellsOutcome() {
    return this instanceof PutIfAbsent || this instanceof PutIfMatch || this instanceof Put;
  }
}
