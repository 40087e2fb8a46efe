package dev.streambed.embed.batch;

import dev.streambed.embed.batch.Job.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Chooses what runs together with the sequence whose turn it is. */
final class BatchCutter {
    private BatchCutter() {}

    /**
     * The first candidate, and of the others those nearest to it in length, as long as rows times the longest stays within the
     * budget and real tokens fill it well enough. Equal lengths: the earlier candidate first, so that the order of turns decides.
     *
     * @param candidates at least one, in order of turn
     * @param budget most cells; the first candidate runs even where it alone is longer
     * @param minFill least real tokens a cell
     * @return in order of length
     */
    static List<Item> cut(List<Item> candidates, long budget, double minFill) {
        Item first = candidates.get(0);
        List<Item> batch = new ArrayList<>();
        batch.add(first);
        long width = first.length();
        long real = first.length();
        for (long other : byDistance(candidates, first.length())) {
            if (width * (batch.size() + 1) > budget) {
                break; // not even one without tokens would fit
            }
            Item item = candidates.get((int) other);
            long wider = Math.max(width, item.length());
            long cells = wider * (batch.size() + 1);
            if (cells <= budget && real + item.length() >= minFill * cells) {
                batch.add(item);
                width = wider;
                real += item.length();
            }
        }
        batch.sort(Comparator.comparingInt(Item::length));
        return batch;
    }

    /**
     * All but the first, by how far their length is from this one: the distance in the upper half, the place in the lower. Plain numbers,
     * for all slots wait while some thousands are sorted.
     */
    private static long[] byDistance(List<Item> candidates, int length) {
        long[] order = new long[candidates.size() - 1];
        for (int place = 1; place < candidates.size(); place++) {
            long distance = Math.abs(candidates.get(place).length() - length);
            order[place - 1] = distance << Integer.SIZE | place;
        }
        Arrays.sort(order);
        return order;
    }
}
