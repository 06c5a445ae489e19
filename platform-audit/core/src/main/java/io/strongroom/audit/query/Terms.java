package io.strongroom.audit.query;

import io.strongroom.audit.AuditEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** What an index knows an event by: 8 bytes of a digest for each text that can be asked for. */
final class Terms {
  private final MessageDigest sha256;

  Terms() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-256", impossible);
    }
  }

  List<Long> of(AuditEvent event) {
    List<Long> terms = new ArrayList<>(4);
    event.run().ifPresent(run -> terms.add(term("run", run)));
    terms.add(term("actor", event.actor()));
    terms.add(term("action", event.action()));
    terms.add(term("resource", event.resource()));
    return terms;
  }

  List<Long> of(AuditQuery query) {
    List<Long> terms = new ArrayList<>(4);
    query.run().ifPresent(run -> terms.add(term("run", run)));
    query.actor().ifPresent(actor -> terms.add(term("actor", actor)));
    query.action().ifPresent(action -> terms.add(term("action", action)));
    query.resource().ifPresent(resource -> terms.add(term("resource", resource)));
    return terms;
  }

  private long term(String field, String text) {
    sha256.update(field.getBytes(StandardCharsets.US_ASCII));
    sha256.update((byte) 0);
    return ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
  }
}
