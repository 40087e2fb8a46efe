package dev.streambed.observe.drift;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Recipes that nobody should cook: a kind of text that has nothing to do with aeronautics. */
final class Recipes {
    private static final List<String> THINGS = List.of(
            "leeks",
            "rye flour",
            "plums",
            "smoked herring",
            "chickpeas",
            "buttermilk",
            "fennel",
            "two eggs",
            "barley",
            "a handful of walnuts",
            "goat's cheese",
            "spinach",
            "an onion",
            "honey",
            "beetroot",
            "red lentils",
            "pears");
    private static final List<String> STEPS = List.of(
            "Chop %s and soften in butter over a low flame.",
            "Soak %s overnight, then drain.",
            "Fold %s into the batter and let it rest for half an hour.",
            "Roast %s at 200 degrees until the edges are brown.",
            "Simmer with %s and a bay leaf until almost dry.",
            "Grate %s over it and put it under the grill.",
            "Season, add %s, and knead until smooth.",
            "Serve lukewarm with %s and a spoon of sour cream.",
            "Whisk %s with vinegar and mustard.",
            "Line the tin with paper and press %s into the corners.");

    private Recipes() {}

    static List<String> some(int count, Random random) {
        return IntStream.range(0, count).mapToObj(i -> one(random)).toList();
    }

    private static String one(Random random) {
        StringBuilder recipe =
                new StringBuilder("For ").append(2 + random.nextInt(6)).append(" people. ");
        int steps = 3 + random.nextInt(6);
        for (int step = 0; step < steps; step++) {
            recipe.append(String.format(any(STEPS, random), any(THINGS, random)))
                    .append(' ');
        }
        return recipe.toString().strip();
    }

    private static String any(List<String> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }
}
