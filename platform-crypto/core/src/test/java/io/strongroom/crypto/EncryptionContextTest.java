package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue.JsonObject;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class EncryptionContextTest {

  @Test
  void theContextOfStrongroomHasItsVersionedKeys() {
    EncryptionContext context =
        EncryptionContext.strongroom()
            .tenant("t")
            .domain("d")
            .dataset("s")
            .layer("silver")
            .run("r")
            .purpose("object")
            .build();
    assertThat(context.pairs())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "strongroom:v", "1",
                    "strongroom:tenant", "t",
                    "strongroom:domain", "d",
                    "strongroom:dataset", "s",
                    "strongroom:layer", "silver",
                    "strongroom:run", "r",
                    "strongroom:purpose", "object")));
    assertThat(EncryptionContext.strongroom().build().pairs()).hasSize(1);
  }

  @Test
  void theSerializationIsThatOfTheMessageFormat() {
    assertThat(EncryptionContext.of(Map.of()).serialize()).isEmpty();
    assertThat(
            HexFormat.of().formatHex(EncryptionContext.of(Map.of("b", "xy", "a", "z")).serialize()))
        .isEqualTo("0002" + "000161" + "00017a" + "000162" + "00027879");
  }

  @Test
  void keysAreSortedByTheirUtf8BytesAndNotByUtf16Units() {
    // U+FFEE is EF BF AE in UTF-8 and sorts before U+1F600, F0 9F 98 80; in UTF-16 after D83D DE00.
    EncryptionContext context = EncryptionContext.of(Map.of("\ud83d\ude00", "1", "\uffee", "2"));
    assertThat(HexFormat.of().formatHex(context.serialize()))
        .isEqualTo("0002" + "0003efbfae" + "000132" + "0004f09f9880" + "000131");
    assertThat(EncryptionContext.parse(context.serialize())).isEqualTo(context);
  }

  @Test
  void serializationsThatNoWriterWritesAreNotRead() {
    for (String wrong :
        new String[] {
          "0000",
          "00",
          "0001",
          "00010001610001",
          "0001000161000162ff",
          "0003000161000131000162000132000161000133",
          "0002000161000131000161000132",
          "00010001ff000162"
        }) {
      assertThat(EncryptionContext.parse(HexFormat.of().parseHex(wrong))).as(wrong).isNull();
    }
    assertThat(EncryptionContext.parse(HexFormat.of().parseHex("0001000161000162")))
        .isEqualTo(EncryptionContext.of(Map.of("a", "b")));
  }

  @Test
  void pairsInAnotherOrderAreReadAndSorted() {
    EncryptionContext context =
        EncryptionContext.parse(HexFormat.of().parseHex("0002000162000131000161000132"));
    assertThat(context).isEqualTo(EncryptionContext.of(Map.of("a", "2", "b", "1")));
    assertThat(context.serialize())
        .isEqualTo(EncryptionContext.of(Map.of("a", "2", "b", "1")).serialize());
  }

  @Test
  void whatOtherSdksCannotReadIsRefused() {
    assertRefused(Map.of("", "v"));
    assertRefused(Map.of("k", ""));
    assertRefused(Map.of("aws-crypto-public-key", "v"));
    assertRefused(Map.of("k", "\ud800"));
    assertRefused(Map.of("k", "v".repeat(32_763)));
    assertThat(EncryptionContext.of(Map.of("k", "v".repeat(32_760))).serialize())
        .hasSize(EncryptionContext.MAX_BYTES);
  }

  private static void assertRefused(Map<String, String> pairs) {
    assertThatThrownBy(() -> EncryptionContext.of(pairs))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jsonHoldsTheSamePairs() {
    EncryptionContext context = EncryptionContext.of(Map.of("b", "1", "a", "2"));
    assertThat(EncryptionContext.fromJson(context.toJson())).isEqualTo(context);
    JsonObject number = JsonObject.builder().put("a", 1).build();
    assertThatThrownBy(() -> EncryptionContext.fromJson(number)).isInstanceOf(JsonException.class);
  }

  @Test
  void containsAsksForEveryPair() {
    EncryptionContext context = EncryptionContext.of(Map.of("a", "1", "b", "2"));
    assertThat(context.contains(EncryptionContext.of(Map.of()))).isTrue();
    assertThat(context.contains(EncryptionContext.of(Map.of("a", "1")))).isTrue();
    assertThat(context.contains(EncryptionContext.of(Map.of("a", "2")))).isFalse();
    assertThat(context.contains(EncryptionContext.of(Map.of("a", "1", "c", "3")))).isFalse();
  }

  @Test
  void nobodyCanChangeItAndItPrintsNoValue() {
    EncryptionContext context = EncryptionContext.of(Map.of("a", "marker"));
    context.serialize()[0] = 9;
    assertThat(context.serialize()[0]).isZero();
    assertThatThrownBy(() -> context.pairs().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(context.toString()).isEqualTo("EncryptionContext[a]");
  }
}
