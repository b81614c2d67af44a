package dev.reverie.tts.g2p;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads words made of digits: years, ordinals, sums of money, decimals and all the rest. */
final class NumberReader {
    private static final Set<String> ORDINAL_SUFFIXES = Set.of("st", "nd", "rd", "th");
    /** In the order in which they are tried. */
    private static final List<String> SUFFIXES = List.of("ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s");
    /** Names of a unit and of its hundredth part. */
    private static final Map<String, List<String>> MONEY =
            Map.of("$", List.of("dollar", "cent"), "£", List.of("pound", "pence"), "€", List.of("euro", "cent"));

    private final WordRules rules;
    private final Suffixes suffixes;

    NumberReader(WordRules rules, Suffixes suffixes) {
        this.rules = rules;
        this.suffixes = suffixes;
    }

    /** Whether the word is digits, points and commas, with at most an ending and, at a head, a minus. */
    static boolean isNumber(String word, boolean head) {
        if (word.chars().noneMatch(NumberReader::isDigit)) {
            return false;
        }
        String body = SUFFIXES.stream()
                .filter(word::endsWith)
                .findFirst()
                .map(s -> word.substring(0, word.length() - s.length()))
                .orElse(word);
        return body.chars()
                .skip(head && body.startsWith("-") ? 1 : 0)
                .allMatch(c -> isDigit(c) || c == ',' || c == '.');
    }

    /** The plural name of a currency, or null if the sign is unknown. */
    @Nullable
    String nameOfCurrency(String sign) {
        List<String> names = MONEY.get(sign);
        return names == null ? null : rules.withS(names.getFirst() + "s", Usage.PLAIN);
    }

    /** Phonemes of a word that {@link #isNumber}, or null. */
    @Nullable
    String read(String word, Token token) {
        int end = word.length();
        while (end > 0 && isSuffixLetter(word.charAt(end - 1))) {
            end--;
        }
        String suffix = word.substring(end);
        SpokenNumber spoken = new SpokenNumber(rules, token.flags);
        String body = word.substring(0, end);
        if (body.startsWith("-")) {
            spoken.word("minus");
            body = body.substring(1);
        }
        say(body, suffix, token, spoken);
        String phonemes = spoken.phonemes();
        return switch (suffix) {
            case "s", "'s" -> suffixes.addS(phonemes);
            case "ed", "'d" -> suffixes.addEd(phonemes);
            case "ing" -> suffixes.addIng(phonemes);
            default -> phonemes;
        };
    }

    private void say(String body, String suffix, Token token, SpokenNumber spoken) {
        boolean digitsOnly = isDigits(body);
        boolean ordinal = ORDINAL_SUFFIXES.contains(suffix);
        List<String> money = token.currency == null ? null : MONEY.get(token.currency);
        if (digitsOnly && ordinal) {
            spoken.say(NumberWords.ordinal(body), true);
        } else if (spoken.isEmpty() && digitsOnly && body.length() == 4 && money == null) {
            spoken.say(NumberWords.year(Integer.parseInt(body)), true);
        } else if (!token.head && body.indexOf('.') < 0) {
            sayJoined(body.replace(",", ""), spoken);
        } else if (!token.head || body.indexOf('.') != body.lastIndexOf('.')) {
            sayParts(body.replace(",", ""), spoken);
        } else if (money != null && isSumOfMoney(body)) {
            sayMoney(body.replace(",", ""), money, spoken);
        } else {
            spoken.say(plain(body.replace(",", ""), ordinal), true);
        }
    }

    private static List<String> plain(String number, boolean ordinal) {
        if (number.startsWith(".")) {
            return NumberWords.pointAnd(number.substring(1));
        }
        if (number.indexOf('.') >= 0) {
            return NumberWords.decimal(number);
        }
        return ordinal ? NumberWords.ordinal(number) : NumberWords.cardinal(number);
    }

    /** A number glued to a word on its left, like the 747 of {@code B747}. */
    private static void sayJoined(String number, SpokenNumber spoken) {
        if (number.startsWith("0") || number.length() > 3) {
            spoken.say(NumberWords.digitByDigit(number), false);
        } else if (number.length() == 3 && !number.endsWith("00")) {
            spoken.say(NumberWords.cardinal(number.substring(0, 1)), true);
            if (number.charAt(1) == '0') {
                spoken.weakWord("O");
                spoken.say(NumberWords.cardinal(number.substring(2)), false);
            } else {
                spoken.say(NumberWords.cardinal(number.substring(1)), false);
            }
        } else {
            spoken.say(NumberWords.cardinal(number), true);
        }
    }

    /** Versions, addresses, dates with points. */
    private static void sayParts(String number, SpokenNumber spoken) {
        boolean first = true;
        for (String part : number.split("\\.", -1)) {
            if (!part.isEmpty()) {
                boolean round = part.substring(1).chars().allMatch(c -> c == '0');
                if (part.startsWith("0") || (part.length() != 2 && !round)) {
                    spoken.say(NumberWords.digitByDigit(part), false);
                } else {
                    spoken.say(NumberWords.cardinal(part), first);
                }
            }
            first = false;
        }
    }

    private static boolean isSumOfMoney(String number) {
        int point = number.indexOf('.');
        return point < 0 || number.length() - point - 1 < 3;
    }

    /** {@code 3.50}: three dollars and fifty cents. */
    private void sayMoney(String number, List<String> names, SpokenNumber spoken) {
        int point = number.indexOf('.');
        String units = withoutZeros(point < 0 ? number : number.substring(0, point));
        String cents = point < 0 ? "0" : withoutZeros(number.substring(point + 1));
        boolean sayUnits = !units.equals("0") || cents.equals("0");
        if (sayUnits) {
            sayAmount(units, names.getFirst(), true, spoken);
        }
        if (!cents.equals("0")) {
            if (sayUnits) {
                spoken.word("and");
            }
            sayAmount(cents, names.getLast(), !sayUnits, spoken);
        }
    }

    private void sayAmount(String amount, String name, boolean first, SpokenNumber spoken) {
        spoken.say(NumberWords.cardinal(amount), first);
        boolean plural = !amount.equals("1") && !name.equals("pence");
        spoken.add(plural ? rules.withS(name + "s", Usage.PLAIN) : rules.lookup(name, Usage.PLAIN));
    }

    private static String withoutZeros(String digits) {
        int from = 0;
        while (from < digits.length() && digits.charAt(from) == '0') {
            from++;
        }
        return from == digits.length() ? "0" : digits.substring(from);
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(NumberReader::isDigit);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isSuffixLetter(char c) {
        return (c >= 'a' && c <= 'z') || c == '\'';
    }
}
