package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class PackedColumnTest {

  @Test
  void textsOfEveryKindStandAsTheirUtf8() {
    List<String> texts =
        List.of("", "abc", "\u007f\u0080\u07ff\u0800\uffff", "\ud83d\ude00x", "\ud800\udc00");
    PackedColumn column = PackedColumn.of(texts);
    assertThat(column.toList()).isEqualTo(texts);
    assertThat(column.size()).isEqualTo(5);
    byte[] all = String.join("", texts).getBytes(UTF_8);
    assertThat(column.bytes()).startsWith(all);
    assertThat(column.end(4)).isEqualTo(all.length);
    assertThat(column.start(2)).isEqualTo(column.end(1));
  }

  @Test
  void halfASurrogatePairIsRefusedAndAddsNothing() {
    PackedColumn column = PackedColumn.of(List.of("a"));
    for (String bad : List.of("\ud83d", "x\ud83dy", "\ude00", "\ude00\ud83d")) {
      assertThatIllegalArgumentException().isThrownBy(() -> column.add(bad));
    }
    column.add("b");
    assertThat(column.toList()).containsExactly("a", "b");
  }

  @Test
  void aNullIsRefusedAndAddsNothing() {
    PackedColumn column = PackedColumn.of(List.of("a"));
    assertThatNullPointerException()
        .isThrownBy(() -> column.add(nothing()))
        .withMessageContaining("nulls");
    assertThatNullPointerException()
        .isThrownBy(() -> PackedColumn.of(Arrays.asList("secret", nothing())))
        .withMessageNotContaining("secret");
    column.add("b");
    assertThat(column.toList()).containsExactly("a", "b");
  }

  @SuppressWarnings("NullAway") // what a caller without null checks may pass
  private static String nothing() {
    return null;
  }

  @Test
  void aColumnOverTheCallersArraysNeverWritesToThem() {
    byte[] bytes = "xxabcdef".getBytes(UTF_8);
    int[] offsets = {2, 5, 5, 8};
    PackedColumn column = PackedColumn.over(bytes, offsets, 3);
    assertThat(column.toList()).containsExactly("abc", "", "def");
    assertThat(column.bytes()).isSameAs(bytes);
    column.add("more");
    assertThat(column.toList()).containsExactly("abc", "", "def", "more");
    PackedColumn wiped = PackedColumn.over(bytes, offsets, 3);
    wiped.wipe();
    wiped.add("z");
    assertThat(wiped.toList()).containsExactly("z");
    assertThat(bytes).isEqualTo("xxabcdef".getBytes(UTF_8));
    assertThat(offsets).containsExactly(2, 5, 5, 8);
  }

  @Test
  void positionsThatAreNoneAreRefused() {
    byte[] bytes = new byte[4];
    for (int[] offsets : new int[][] {{0, 5}, {-1, 2}, {3, 2}, {0}}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> PackedColumn.over(bytes, offsets, 1));
    }
    PackedColumn column = PackedColumn.of(List.of("a"));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> column.get(1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> column.end(-1));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> column.add(bytes, 2, 3));
  }

  @Test
  void clearingKeepsTheMemoryAndWipingOverwritesIt() {
    PackedColumn column = PackedColumn.of(List.of("secret"));
    byte[] memory = column.bytes();
    column.clear();
    column.add("secret".getBytes(UTF_8), 0, 6);
    assertThat(column.bytes()).isSameAs(memory);
    column.wipe();
    assertThat(memory).containsOnly(0);
    assertThat(column.size()).isZero();
  }

  @Test
  void noTextIsShown() {
    assertThat(PackedColumn.of(List.of("secret"))).hasToString("PackedColumn[1 values]");
  }
}
