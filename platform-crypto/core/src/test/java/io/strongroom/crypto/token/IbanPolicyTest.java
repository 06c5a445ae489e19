package io.strongroom.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.TokenInputException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class IbanPolicyTest {
  private static final DetokenizationScope SCOPE = DetokenizationScope.allowing("iban");

  /** Examples that the registry and central banks publish, one a country. */
  private static final List<String> PUBLISHED =
      List.of(
          "AD1200012030200359100100",
          "AE070331234567890123456",
          "AL47212110090000000235698741",
          "AT611904300234573201",
          "AZ21NABZ00000000137010001944",
          "BA391290079401028494",
          "BE68539007547034",
          "BG80BNBG96611020345678",
          "BH67BMAG00001299123456",
          "BR1800360305000010009795493C1",
          "BY13NBRB3600900000002Z00AB00",
          "CH9300762011623852957",
          "CR05015202001026284066",
          "CY17002001280000001200527600",
          "CZ6508000000192000145399",
          "DE89370400440532013000",
          "DK5000400440116243",
          "DO28BAGR00000001212453611324",
          "EE382200221020145685",
          "EG380019000500000000263180002",
          "ES9121000418450200051332",
          "FI2112345600000785",
          "FO6264600001631634",
          "FR1420041010050500013M02606",
          "GB29NWBK60161331926819",
          "GE29NB0000000101904917",
          "GI75NWBK000000007099453",
          "GL8964710001000206",
          "GR1601101250000000012300695",
          "GT82TRAJ01020000001210029690",
          "HR1210010051863000160",
          "HU42117730161111101800000000",
          "IE29AIBK93115212345678",
          "IL620108000000099999999",
          "IQ98NBIQ850123456789012",
          "IS140159260076545510730339",
          "IT60X0542811101000000123456",
          "JO94CBJO0010000000000131000302",
          "KW81CBKU0000000000001234560101",
          "KZ86125KZT5004100100",
          "LB62099900000001001901229114",
          "LC55HEMM000100010012001200023015",
          "LI21088100002324013AA",
          "LT121000011101001000",
          "LU280019400644750000",
          "LV80BANK0000435195001",
          "LY83002048000020100120361",
          "MC5811222000010123456789030",
          "MD24AG000225100013104168",
          "ME25505000012345678951",
          "MK07250120000058984",
          "MR1300020001010000123456753",
          "MT84MALT011000012345MTLCAST001S",
          "MU17BOMM0101101030300200000MUR",
          "NL91ABNA0417164300",
          "NO9386011117947",
          "PK36SCBL0000001123456702",
          "PL61109010140000071219812874",
          "PS92PALS000000000400123456702",
          "PT50000201231234567890154",
          "QA58DOHB00001234567890ABCDEFG",
          "RO49AAAA1B31007593840000",
          "RS35260005601001611379",
          "SA0380000000608010167519",
          "SC18SSCB11010000000000001497USD",
          "SE4550000000058398257466",
          "SI56263300012039086",
          "SK3112000000198742637541",
          "SM86U0322509800000000270100",
          "ST68000100010051845310112",
          "SV62CENR00000000000000700025",
          "TL380080012345678910157",
          "TN5910006035183598478831",
          "TR330006100519786457841326",
          "UA213223130000026007233566001",
          "VA59001123000012345678",
          "VG96VPVG0000012345678901",
          "XK051212012345678906",
          "SD2129010501234001",
          "BI4210000100010000332045181",
          "DJ2100010000000154000100186",
          "RU0204452560040702810412345678901",
          "SO211000001001000100141",
          "NI45BAPR00000013000003558124",
          "MN121234123456789123",
          "FK88SC123456789012",
          "OM810180000001299123456",
          "YE15CBYE0001018861234567891234",
          "HN88CABF00000000000250005469");

  private final Tokenizer tokenizer = tokenizer(new IbanPolicy("iban", 1));

  @Test
  void publishedExamplesBecomeTokensThatMod97RefusesAndTurnBack() {
    PackedColumn tokens = new PackedColumn();
    tokenizer.tokenize(PackedColumn.of(PUBLISHED), tokens);
    for (int i = 0; i < PUBLISHED.size(); i++) {
      String value = PUBLISHED.get(i);
      String token = tokens.get(i);
      assertThat(mod97(value)).as(value.substring(0, 2)).isOne();
      assertThat(mod97(token)).as(value.substring(0, 2)).isNotEqualTo(1);
      assertThat(token).hasSameSizeAs(value).startsWith(value.substring(0, 2)).isNotEqualTo(value);
      assertThat(token).matches("[A-Z]{2}[0-9]{2}[0-9A-Z]+");
      assertThat(tokenizer.tokenize(value)).isEqualTo(token);
      assertThat(tokenizer.detokenize(token, SCOPE)).isEqualTo(value);
    }
    PackedColumn back = new PackedColumn();
    tokenizer.detokenize(tokens, back, SCOPE);
    assertThat(back.toList()).isEqualTo(PUBLISHED);
  }

  /** The documented token, written out over the FF1 engine of BouncyCastle. */
  @Test
  void tokensAreThoseThatAreDocumented() {
    byte[] separation = TokenKey.separation(new IbanPolicy("iban", 1), "");
    for (String value : PUBLISHED) {
      byte[] tweak = Arrays.copyOf(separation, 18);
      tweak[16] = (byte) (value.charAt(0) - 'A' + 10);
      tweak[17] = (byte) (value.charAt(1) - 'A' + 10);
      String account =
          FormatTokenizerTest.bouncyCastle(
              key(), TokenPolicy.DIGITS_AND_CAPITALS, tweak, value.substring(4));
      int right = 98 - mod97(value.substring(0, 2) + "00" + account);
      String check = String.format("%02d", right == 98 ? 2 : right + 1);
      assertThat(tokenizer.tokenize(value)).isEqualTo(value.substring(0, 2) + check + account);
    }
  }

  @Test
  void noTokenOfManyIsAnIban() {
    Random random = new Random(97);
    for (int i = 0; i < 5000; i++) {
      StringBuilder account = new StringBuilder();
      random.ints(18, 0, 10).forEach(account::append);
      String token = tokenizer.tokenize(iban("DE", account.toString()));
      assertThat(mod97(token)).isNotEqualTo(1);
    }
  }

  @Test
  void tokensForTestSystemsPassForIbansAndTurnBack() {
    Tokenizer valid = tokenizer(new IbanPolicy("iban", CheckDigits.VALID, 1));
    for (String value : PUBLISHED) {
      String token = valid.tokenize(value);
      assertThat(mod97(token)).isOne();
      assertThat(token).isNotEqualTo(value);
      assertThat(valid.detokenize(token, SCOPE)).isEqualTo(value);
    }
  }

  @Test
  void spacesStay() {
    String token = tokenizer.tokenize("PL61 1090 1014 0000 0712 1981 2874");
    assertThat(token).matches("PL[0-9]{2} ([0-9A-Z]{4} ){5}[0-9A-Z]{4}");
    assertThat(token.replace(" ", ""))
        .isEqualTo(tokenizer.tokenize("PL61109010140000071219812874"));
    assertThat(tokenizer.detokenize(token, SCOPE)).isEqualTo("PL61 1090 1014 0000 0712 1981 2874");
  }

  @Test
  void theCountryIsPartOfTheTweak() {
    String account = "500105175407324931";
    assertThat(tokenizer.tokenize(iban("GB", account)).substring(4))
        .isNotEqualTo(tokenizer.tokenize(iban("DE", account)).substring(4));
  }

  @Test
  void aTokenIsNotTakenForAnIban() {
    String token = tokenizer.tokenize(PUBLISHED.get(0));
    assertThat(tokenizer.accepts(token)).isFalse();
    assertRefused(() -> tokenizer.tokenize(token));
    assertRefused(() -> tokenizer.detokenize(PUBLISHED.get(0), SCOPE));
  }

  @Test
  void aTypingErrorInATokenIsNoticed() {
    String token = tokenizer.tokenize("GB82WEST12345698765432");
    for (int at = 2; at < token.length(); at++) {
      char other = token.charAt(at) == '1' ? '2' : '1';
      String wrong = token.substring(0, at) + other + token.substring(at + 1);
      assertRefused(() -> tokenizer.detokenize(wrong, SCOPE));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GB8",
        "GB82WEST12345698765433",
        "GB82WEST1234569876543",
        "gb82WEST12345698765432",
        "GB82west12345698765432",
        "ZZ82WEST12345698765432",
        "GBX2WEST12345698765432",
        "12345678901234567890",
        "GB82-WEST12345698765432"
      })
  void whatIsNoIbanIsRefused(String value) {
    assertThat(tokenizer.accepts(value)).isFalse();
    assertRefused(() -> tokenizer.tokenize(value));
  }

  /** Check digits 00, 01 and 99 pass mod-97 beside 97, 98 and 02, but no bank writes them. */
  @Test
  void checkDigitsThatNobodyWritesAreRefused() {
    for (int check : new int[] {97, 98, 2}) {
      String value = "";
      for (int account = 0; !value.startsWith(String.format("DE%02d", check)); account++) {
        value = iban("DE", String.format("5001051754%08d", account));
      }
      String twin = String.format("DE%02d%s", check == 2 ? 99 : check - 97, value.substring(4));
      assertThat(mod97(twin)).isOne();
      assertThat(tokenizer.accepts(value)).isTrue();
      assertRefused(() -> tokenizer.tokenize(twin));
    }
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            TokenInputException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.TOKEN_INPUT_OUTSIDE_POLICY))
        .hasMessageNotContaining("WEST");
  }

  static String iban(String country, String account) {
    return String.format("%s%02d%s", country, 98 - mod97(country + "00" + account), account);
  }

  /** The check of ISO 13616 as it is written: head behind, letters as 10 to 35, modulo 97. */
  private static int mod97(String iban) {
    StringBuilder digits = new StringBuilder();
    (iban.substring(4) + iban.substring(0, 4))
        .chars()
        .forEach(c -> digits.append(Character.digit(c, 36)));
    return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValueExact();
  }

  private static Tokenizer tokenizer(IbanPolicy policy) {
    return TokenKey.tokenizer(policy, "", key(), TokenKey.separation(policy, ""));
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    new Random(8).nextBytes(key);
    return key;
  }
}
