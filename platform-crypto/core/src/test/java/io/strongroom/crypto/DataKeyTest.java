package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue.JsonObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class DataKeyTest {
  private final WrappedDataKey wrapped =
      WrappedDataKey.of("provider", new byte[] {1, 2}, new byte[] {3});

  @Test
  void aDataKeyHas32BytesAndForgetsThemWhenClosed() {
    byte[] given = Samples.filled(32, 1);
    DataKey key = new DataKey(given, wrapped);
    given[0]++;
    assertThat(key.plaintext()).isEqualTo(Samples.filled(32, 1));
    key.plaintext()[0]++;
    assertThat(key.plaintext()).isEqualTo(Samples.filled(32, 1));
    assertThat(key.toString()).isEqualTo("DataKey[redacted]");
    key.close();
    key.close();
    assertThatThrownBy(key::plaintext).isInstanceOf(IllegalStateException.class);
    assertThat(key.wrapped()).isEqualTo(wrapped);
    for (int length : new int[] {0, 15, 17, 31, 33, 64}) {
      assertThatThrownBy(() -> new DataKey(new byte[length], wrapped))
          .as("length " + length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aWrappedKeyIsImmutableAndComparedByContent() {
    wrapped.ciphertext()[0] = 9;
    wrapped.providerInfo()[0] = 9;
    WrappedDataKey same = WrappedDataKey.of("provider", new byte[] {1, 2}, new byte[] {3});
    assertThat(wrapped).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(wrapped)
        .isNotEqualTo(WrappedDataKey.of("other", new byte[] {1, 2}, new byte[] {3}))
        .isNotEqualTo(WrappedDataKey.of("provider", new byte[] {1}, new byte[] {3}))
        .isNotEqualTo(WrappedDataKey.of("provider", new byte[] {1, 2}, new byte[] {4}));
    byte[] tooLong = new byte[65536];
    assertThatThrownBy(() -> WrappedDataKey.of("p", tooLong, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWrappedKeyNamesItsWrappingKeyInTheLayoutOfEachProvider() {
    try (RawAesKeyService raw = Samples.keys();
        DataKey key = raw.generateDataKey(Samples.KEY, Samples.CONTEXT)) {
      assertThat(key.wrapped().keyName()).isEqualTo(Samples.KEY.value());
    }
    String arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assertThat(WrappedDataKey.of("aws-kms", ContentKey.ascii(arn), new byte[1]).keyName())
        .isEqualTo(arn);
    assertThat(WrappedDataKey.of("local", ContentKey.ascii("lake#2"), new byte[1]).keyName())
        .isEqualTo("lake#2");
    byte[] onlyNumbers = {0, 0, 0, (byte) 128, 0, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    assertThat(WrappedDataKey.of("raw", onlyNumbers, new byte[1]).keyName()).isEmpty();
    assertThat(WrappedDataKey.of("raw", new byte[0], new byte[1]).keyName()).isEmpty();
  }

  @Test
  void aWrappedKeyHasAJsonForm() {
    JsonObject json = wrapped.toJson();
    assertThat(json.canonicalBytes())
        .asString()
        .isEqualTo("{\"ciphertext\":\"Aw==\",\"info\":\"AQI=\",\"provider\":\"provider\"}");
    assertThat(WrappedDataKey.fromJson(json)).isEqualTo(wrapped);
    JsonObject missing = json.without("info");
    assertThatThrownBy(() -> WrappedDataKey.fromJson(missing)).isInstanceOf(JsonException.class);
    for (String malformed : new String[] {"A", "Aw", "Ax==", "Aw==\n", "*"}) {
      JsonObject wrong =
          JsonObject.builder()
              .put("provider", "p")
              .put("info", "")
              .put("ciphertext", malformed)
              .build();
      assertThatThrownBy(() -> WrappedDataKey.fromJson(wrong))
          .as(malformed)
          .isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void aKeyIdIsShortVisibleAscii() {
    assertThat(new KeyId("arn:aws:kms:eu-central-1:111122223333:key/mrk-1").value())
        .startsWith("arn:");
    for (String wrong : new String[] {"", "a b", "a#1", "é", "a\n", "k".repeat(513)}) {
      assertThatThrownBy(() -> new KeyId(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
