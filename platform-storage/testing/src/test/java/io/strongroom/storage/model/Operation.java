package io.strongroom.storage.model;

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

  record FindIntent(String id) implements Operation {}

  record AppendIntent(String id) implements Operation {}

  /** Whether its reply may be lost while it goes on its way, and it may arrive later. */
  default boolean isObjectWrite() {
    return this instanceof PutIfAbsent || this instanceof PutIfMatch || this instanceof Put;
  }
}
