package io.strongroom.audit.evidence;

import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** Writes the lines of a file of evidence, each a canonical JSON object, and the digest of all. */
final class EvidenceWriter {
  private final DigestOutputStream out;

  EvidenceWriter(OutputStream out) {
    this.out = new DigestOutputStream(out, sha256());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static Collection<String> hex(Collection<byte[]> hashes) {
    return hashes.stream().map(HexFormat.of()::formatHex).toList();
  }

  void line(LineType type, JsonObject.Builder line) throws IOException {
    out.write(line.put("type", type.id()).build().canonicalBytes());
    out.write('\n');
  }

  void end() throws IOException {
    String digest = HexFormat.of().formatHex(out.getMessageDigest().digest());
    out.on(false);
    line(LineType.END, JsonObject.builder().put("sha256", digest));
    out.flush();
  }
}
