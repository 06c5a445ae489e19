package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.ErrorCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class StorageErrorCodeTest {

  @Test
  void everyCodeHasItsOwnIdAndSaysWhatToDo() {
    assertThat(StorageErrorCode.values())
        .extracting(StorageErrorCode::id)
        .doesNotHaveDuplicates()
        .isSorted()
        .allMatch(id -> id.matches("STO-\\d{3}"));
    assertThat(StorageErrorCode.values())
        .allMatch(code -> code.meaning().endsWith(".") && code.remedy().endsWith("."));
  }

  @Test
  void readmeListsEveryCode() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    for (StorageErrorCode code : StorageErrorCode.values()) {
      assertThat(readme)
          .contains(
              "| "
                  + code.id()
                  + " "
                  + code.name()
                  + " | "
                  + code.category()
                  + " | "
                  + code.meaning()
                  + " | "
                  + code.remedy()
                  + " |");
    }
  }

  @Test
  void exceptionNamesCodeKeyAndRemedyOnOneLine() {
    StorageException e =
        new StorageException(StorageErrorCode.STORE_FULL, "'a/b' cannot be written: no space");
    assertThat(e.category()).isEqualTo(ErrorCategory.TRANSIENT);
    assertThat(e.oneLine())
        .isEqualTo(
            "STO-002 STORE_FULL: 'a/b' cannot be written: no space. "
                + "Remedy: Make room, then try again.");
  }

  @Test
  void refusedKeyIsNamedWithTheRuleAndWithoutControlCharacters() {
    String longKey = "k".repeat(2000);
    for (String[] expected :
        new String[][] {
          {"", "key '': it is empty"},
          {"a//b", "key 'a//b': it has an empty segment"},
          {"a/../b", "key 'a/../b': it has the segment .."},
          {"a\nb", "key 'a?b': it has a control character at position 1"},
          {"a\ud83d", "key 'a?': it has an unpaired surrogate at position 1"},
          {longKey, "key '" + "k".repeat(200) + "': it has 2000 bytes, more than 1024"}
        }) {
      assertThat(refusal(expected[0])).isEqualTo(expected[1]);
    }
  }

  private static String refusal(String key) {
    try {
      return ObjectKeys.require(key);
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(StorageErrorCode.KEY_REFUSED);
      return e.getMessage();
    }
  }

  @Test
  void orderOfKeysIsThatOfTheirBytes() {
    String[] keys = {"", "a", "a!", "a/", "a0", "\u00e4", "\uffff", "\ud800\udc00", "\ud83d\ude00"};
    String[] sorted = keys.clone();
    Arrays.sort(sorted, ObjectKeys.ORDER.reversed());
    Arrays.sort(sorted, ObjectKeys.ORDER);
    assertThat(sorted).containsExactly(keys);
  }
}
