package io.strongroom.storage.testing;

/** What is asked of a store: each is counted on its own. */
public enum StoreOperation {
  /** Reading a whole object. */
  GET,
  /** Describing an object. */
  HEAD,
  /** Opening an object for reading. */
  OPEN,
  /** Reading a part of an object. */
  RANGE,
  /** Creating an object. */
  PUT_IF_ABSENT,
  /** Replacing an object whose tag matches. */
  PUT_IF_MATCH,
  /** Writing an object without a condition. */
  PUT,
  /** Starting an upload. */
  UPLOAD,
  /** One write to the stream of an upload. */
  UPLOAD_WRITE,
  /** Committing an upload. */
  UPLOAD_COMMIT,
  /** Throwing an upload away. */
  UPLOAD_ABORT,
  /** Listing objects. */
  LIST,
  /** Deleting an object. */
  DELETE,
  /** Deleting an object and its past. */
  DELETE_ALL_VERSIONS;

  /** Whether it can change what is visible in the store. */
  public boolean isWrite() {
    return switch (this) {
      case PUT_IF_ABSENT, PUT_IF_MATCH, PUT, UPLOAD_COMMIT, DELETE, DELETE_ALL_VERSIONS -> true;
      case GET, HEAD, OPEN, RANGE, UPLOAD, UPLOAD_WRITE, UPLOAD_ABORT, LIST -> false;
    };
  }
}
