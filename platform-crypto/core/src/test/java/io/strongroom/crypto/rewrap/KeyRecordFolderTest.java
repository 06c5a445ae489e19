package io.strongroom.crypto.rewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.WrappedDataKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class KeyRecordFolderTest {
  private static final String STORED =
      "{\"epoch\":1,\"format\":\"strongroom-key-record-v1\",\"id\":\"a\",\"keys\":[{"
          + "\"context\":{\"tenant\":\"acme\"},"
          + "\"wrapped\":{\"ciphertext\":\"AQI=\",\"info\":\"YXJu\",\"provider\":\"aws-kms\"}}]}";

  @TempDir Path folder;
  private KeyRecordFolder records;

  @BeforeEach
  void open() {
    records = KeyRecordFolder.open(folder);
  }

  @AfterEach
  void close() {
    records.close();
  }

  private static List<RecordedKey> keys(String keyName, int... ciphertext) {
    byte[] bytes = new byte[ciphertext.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ciphertext[i];
    }
    return List.of(
        new RecordedKey(
            EncryptionContext.of(Map.of("tenant", "acme")),
            WrappedDataKey.of("aws-kms", keyName.getBytes(StandardCharsets.UTF_8), bytes)));
  }

  private static void assertCode(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aRecordIsStoredAsTheFormatSays() throws IOException {
    records.put("a", 1, keys("arn", 1, 2));
    assertThat(folder.resolve("a.json")).hasContent(STORED);
    KeyRecord read = records.read("a").orElseThrow();
    assertThat(read.id()).isEqualTo("a");
    assertThat(read.epoch()).isEqualTo(1);
    assertThat(read.keys()).isEqualTo(keys("arn", 1, 2));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", "a.json");
    }
  }

  @Test
  void aMalformedRecordIsRefused() throws IOException {
    for (String malformed :
        List.of(
            "",
            "{}",
            STORED + " ",
            STORED.replace("\"id\":\"a\"", "\"id\":\"b\""),
            STORED.replace("-v1", "-v2"),
            STORED.replace("\"epoch\":1", "\"epoch\":0"),
            STORED.replace("\"epoch\":1", "\"epoch\":1,\"extra\":1"),
            STORED.replace("AQI=", "AQJ="),
            STORED.replaceAll("\\[.*]", "[]"))) {
      Files.writeString(folder.resolve("a.json"), malformed, StandardCharsets.UTF_8);
      assertCode(CryptoErrorCode.KEY_RECORD_MALFORMED, () -> records.read("a"));
    }
  }

  @Test
  void onlyWhatWasReadIsReplaced() {
    assertThat(records.read("a")).isEmpty();
    records.put("a", 1, keys("arn", 1));
    KeyRecord seen = records.read("a").orElseThrow();
    assertThat(records.replace(seen, 2, keys("arn", 2))).isTrue();
    assertThat(records.replace(seen, 3, keys("arn", 3))).isFalse();
    KeyRecord now = records.read("a").orElseThrow();
    assertThat(now.epoch()).isEqualTo(2);
    assertThat(now.keys()).isEqualTo(keys("arn", 2));
    KeyRecord absent = new KeyRecord("b", 1, keys("arn", 1), seen.revision());
    assertThat(records.replace(absent, 2, keys("arn", 2))).isFalse();
    assertThat(records.read("b")).isEmpty();
  }

  @Test
  void namesAreSortedAndCanBeListedBehindOneOfThem() throws IOException {
    for (String id : List.of("b", "a-2", "c.d", "a")) {
      records.put(id, 1, keys("arn", 1));
    }
    Files.createFile(folder.resolve("note.txt"));
    Files.createFile(folder.resolve(".hidden.json"));
    assertThat(records.ids(Optional.empty())).containsExactly("a", "a-2", "b", "c.d");
    assertThat(records.ids(Optional.of("a-2"))).containsExactly("b", "c.d");
    assertThat(records.ids(Optional.of("a-3"))).containsExactly("b", "c.d");
  }

  @Test
  void namesThatAreNoFileNamesAreRefused() {
    for (String id : List.of("", ".", "..", "../a", "a/b", "a b", "a".repeat(129))) {
      assertThatThrownBy(() -> records.read(id)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> records.put(id, 1, keys("arn", 1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> records.put("a", 0, keys("arn", 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> records.put("a", 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFolderIsOpenOnceAndAMissingOneIsRefused() {
    assertCode(CryptoErrorCode.FILE_UNUSABLE, () -> KeyRecordFolder.open(folder));
    assertCode(
        CryptoErrorCode.FILE_UNUSABLE, () -> KeyRecordFolder.open(folder.resolve("missing")));
    records.close();
    KeyRecordFolder again = KeyRecordFolder.open(folder);
    again.close();
  }

  @Test
  void aHalfWrittenReplacementOfACrashIsTakenAway() throws IOException {
    Files.writeString(folder.resolve(".a.json.new"), "half of a much longer text of former times");
    records.put("a", 1, keys("arn", 1, 2));
    assertThat(folder.resolve("a.json")).hasContent(STORED);
    assertThat(folder.resolve(".a.json.new")).doesNotExist();
  }
}
