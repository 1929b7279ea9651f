package io.mlaas.neural.training;

import io.mlaas.neural.data.InvalidDataException;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.SplitMix64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Which rows are trained on, validated on and held out; each ascending, together all rows once. */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record DataSplit(int[] train, int[] validation, int[] test) {

    static DataSplit of(Samples samples, TrainingSettings.Split shares, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        List<Integer> train = new ArrayList<>();
        List<Integer> validation = new ArrayList<>();
        List<Integer> test = new ArrayList<>();
        for (int[] group : groups(samples, shares.stratified())) {
            random.shuffle(group);
            int tests = (int) Math.round(group.length * shares.test());
            int validations = (int) Math.round(group.length * shares.validation());
            for (int i = 0; i < group.length; i++) {
                (i < tests ? test : i < tests + validations ? validation : train).add(group[i]);
            }
        }
        if (train.isEmpty()
                || (shares.test() > 0 && test.isEmpty())
                || (shares.validation() > 0 && validation.isEmpty())) {
            throw new InvalidDataException("samples: " + samples.count()
                    + " (expected: enough for the split, which gives train " + train.size() + ", validation "
                    + validation.size() + ", test " + test.size() + ")");
        }
        return new DataSplit(sorted(train), sorted(validation), sorted(test));
    }

    private static List<int[]> groups(Samples samples, boolean stratified) {
        if (!stratified || !(samples.targets() instanceof Samples.Targets.Classes(int[] labels, List<String> names))) {
            int[] all = new int[samples.count()];
            Arrays.setAll(all, i -> i);
            return List.of(all);
        }
        List<List<Integer>> rows = new ArrayList<>();
        names.forEach(name -> rows.add(new ArrayList<>()));
        for (int i = 0; i < labels.length; i++) {
            rows.get(labels[i]).add(i);
        }
        return rows.stream().map(DataSplit::sorted).toList();
    }

    private static int[] sorted(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).sorted().toArray();
    }
}
