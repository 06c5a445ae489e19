package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The inclusion cases of transparency-dev/merkle. */
@Tag("vectors")
class MerkleVectorsTest {
  private static final int CASES = 98;
  private static final int BLOCK = 512;

  @Test
  void inclusionVectorsAreJudgedAsTheySay() throws IOException {
    Path archive =
        Path.of(System.getProperty("strongroom.vectors"), "tlog", "merkle-inclusion.tgz");
    int ran = 0;
    List<String> failed = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : untar(archive).entrySet()) {
      JsonObject test = JsonValue.parseObject(quoteNumbers(file.getValue()));
      boolean accepted =
          MerkleProofs.verifyInclusion(
              base64(test.string("leafHash")),
              Long.parseUnsignedLong(test.string("leafIdx")),
              Long.parseUnsignedLong(test.string("treeSize")),
              proof(test),
              base64(test.string("root")));
      ran++;
      if (accepted == test.flag("wantErr")) {
        failed.add(file.getKey());
      }
    }
    System.out.println("vectors merkle-inclusion: " + ran + " ran, " + failed.size() + " failed");
    assertThat(failed).isEmpty();
    assertThat(ran).isEqualTo(CASES);
  }

  private static List<byte[]> proof(JsonObject test) {
    if (test.members().get("proof") instanceof JsonValue.JsonArray array) {
      return array.items().stream().map(item -> base64(((JsonString) item).value())).toList();
    }
    return List.of();
  }

  /** Some numbers need all 64 bits, which our JSON reader refuses. */
  private static byte[] quoteNumbers(byte[] json) {
    return new String(json, StandardCharsets.UTF_8)
        .replaceAll("(\"(?:leafIdx|treeSize)\": )([0-9]+)", "$1\"$2\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] base64(String text) {
    return Base64.getDecoder().decode(text);
  }

  private static Map<String, byte[]> untar(Path archive) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
      byte[] header = new byte[BLOCK];
      while (true) {
        try {
          in.readFully(header);
        } catch (EOFException end) {
          return files;
        }
        String name = text(header, 0, 100);
        if (name.isEmpty()) {
          return files;
        }
        int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
        byte[] padded = new byte[(size + BLOCK - 1) / BLOCK * BLOCK];
        in.readFully(padded);
        if (header[156] == '0' || header[156] == 0) {
          files.put(name, java.util.Arrays.copyOf(padded, size));
        }
      }
    }
  }

  private static String text(byte[] header, int from, int length) {
    String field = new String(header, from, length, StandardCharsets.US_ASCII);
    int end = field.indexOf('\0');
    return end < 0 ? field : field.substring(0, end);
  }
}
