package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class ShellWordTest {
  @ParameterizedTest
  @ValueSource(strings = {"a/b-1.csv", "my file.csv", "it's $HOME; `id` \"x\"", "*", "~/a", ""})
  void aShellReadsTheWordThatWasWritten(String word) throws Exception {
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "printf '%s|' " + ShellWord.of(word)).start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    assertThat(read).isEqualTo(word + "|");
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "/srv/lake/2026-01.csv"})
  void aHarmlessWordStaysAsItIs(String word) {
    assertThat(ShellWord.of(word)).isEqualTo(word);
  }
}
