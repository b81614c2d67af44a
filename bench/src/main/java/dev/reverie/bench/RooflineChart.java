package dev.reverie.bench;

import dev.reverie.bench.Roofline.Peaks;
import dev.reverie.bench.Roofline.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A roofline as SVG: both axes logarithmic, the roof, a name at each point. */
final class RooflineChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 600;
    private static final int LEFT = 76;
    private static final int RIGHT = 930;
    private static final int TOP = 70;
    private static final int BOTTOM = 530;

    /** Width of a letter of 12 pixels, on the average. */
    private static final double LETTER = 7;

    private static final int LINE = 14;

    private static final String HEAD = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12">
            <title>Roofline of the kernels</title>
            <style>
              .paper { fill: #ffffff; stroke: #d0d7de }
              text { fill: #1f2328 }
              .soft { fill: #59636e }
              .grid { stroke: #d0d7de; stroke-width: 0.7 }
              .roof { stroke: #1f2328; stroke-width: 2; fill: none }
              .cache { stroke: #59636e; stroke-width: 1.3; stroke-dasharray: 6 4; fill: none }
              .leader { stroke: #59636e; stroke-width: 0.7 }
              .point { fill: #0969da; stroke: #0969da }
              .filtered { fill: #bc4c00; stroke: #bc4c00 }
              @media (prefers-color-scheme: dark) {
                .paper { fill: #0d1117; stroke: #3d444d }
                text { fill: #f0f6fc }
                .soft { fill: #9198a1 }
                .grid { stroke: #3d444d }
                .roof { stroke: #f0f6fc }
                .cache, .leader { stroke: #9198a1 }
                .point { fill: #4493f8; stroke: #4493f8 }
                .filtered { fill: #f0883e; stroke: #f0883e }
              }
            </style>
            <rect class="paper" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>
            """;

    private final Peaks peaks;
    private final List<Point> points;
    private final String machine;
    private final double lowX;
    private final double highX;
    private final double lowY;
    private final double highY;
    private final StringBuilder svg = new StringBuilder();
    /** What labels must not cover. */
    private final List<Box> taken = new ArrayList<>();

    private record Box(double x, double y, double width, double height) {
        boolean meets(Box other) {
            return x < other.x + other.width
                    && other.x < x + width
                    && y < other.y + other.height
                    && other.y < y + height;
        }
    }

    RooflineChart(Peaks peaks, List<Point> points, String machine) {
        this.peaks = peaks;
        this.points = points;
        this.machine = machine;
        lowX = power(
                2, points.stream().mapToDouble(p -> p.cost().intensity()).min().orElse(1), -1);
        highX = power(
                2, points.stream().mapToDouble(p -> p.cost().intensity()).max().orElse(1), 1);
        lowY = power(2, points.stream().mapToDouble(Point::flopsPerSecond).min().orElse(1) / 1e9, -1);
        highY = power(
                2,
                points.stream().mapToDouble(Point::flopsPerSecond).reduce(peaks.flopsPerSecond(), Math::max) / 1e9,
                1);
    }

    /** The power of {@code base} at or before {@code value}, and some more. */
    private static double power(int base, double value, int more) {
        return Math.pow(base, Math.floor(Math.log(value) / Math.log(base)) + more);
    }

    String svg() {
        add(HEAD, WIDTH, HEIGHT, WIDTH - 1, HEIGHT - 1);
        text(LEFT, 30, "", 16, "Roofline: GFLOP/s over floating-point operations per byte of compulsory traffic");
        text(LEFT, 50, "soft", 12, machine);
        grid();
        roof();
        legend();
        points.forEach(this::dot);
        points.stream()
                .sorted(Comparator.comparingDouble((Point p) -> p.flopsPerSecond())
                        .reversed())
                .forEach(this::label);
        return svg.append("</svg>\n").toString();
    }

    private void grid() {
        for (double x = lowX; x <= highX * 1.01; x *= 2) {
            line("grid", x(x), TOP, x(x), BOTTOM);
            centred(x(x), BOTTOM + 18, x < 1 ? "1/%d".formatted(Math.round(1 / x)) : "%d".formatted(Math.round(x)));
        }
        for (double y = lowY; y <= highY * 1.01; y *= 2) {
            line("grid", LEFT, y(y), RIGHT, y(y));
            String value = y < 1 ? String.format(Locale.ROOT, "%.2f", y) : "%d".formatted(Math.round(y));
            text(LEFT - 8 - value.length() * 7, y(y) + 4, "soft", 12, value);
        }
        centred((LEFT + RIGHT) / 2.0, BOTTOM + 40, "operations per byte");
        add(
                "<text class=\"soft\" transform=\"rotate(-90 22 300)\" x=\"22\" y=\"300\" text-anchor=\"middle\">GFLOP/s</text>%n");
    }

    private void roof() {
        slope("roof", peaks.memoryBytesPerSecond(), "memory, %.0f GB/s");
        slope("cache", peaks.cacheBytesPerSecond(), "last cache, %.0f GB/s");
        double peak = peaks.flopsPerSecond() / 1e9;
        edge("roof", x(ridge(peaks.memoryBytesPerSecond())), y(peak), RIGHT, y(peak));
        edge("cache", x(ridge(peaks.cacheBytesPerSecond())), y(peak), x(ridge(peaks.memoryBytesPerSecond())), y(peak));
        String name = "multiply-adds in registers, %.0f GFLOP/s".formatted(peak);
        name(RIGHT - name.length() * LETTER, y(peak) - 7, name);
    }

    private double ridge(double bytesPerSecond) {
        return peaks.flopsPerSecond() / bytesPerSecond;
    }

    /** A line of constant bytes a second, up to the peak. */
    private void slope(String style, double bytesPerSecond, String name) {
        double fromX = Math.max(lowX, lowY * 1e9 / bytesPerSecond);
        double fromY = fromX * bytesPerSecond / 1e9;
        double toX = x(ridge(bytesPerSecond));
        double toY = y(peaks.flopsPerSecond() / 1e9);
        edge(style, x(fromX), y(fromY), toX, toY);
        double angle = Math.toDegrees(Math.atan2(toY - y(fromY), toX - x(fromX)));
        double atX = x(fromX) + 0.06 * (toX - x(fromX));
        double atY = y(fromY) + 0.06 * (toY - y(fromY)) - 6;
        add(
                "<text class=\"soft\" transform=\"rotate(%.1f %.1f %.1f)\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                angle, atX, atY, atX, atY, String.format(Locale.ROOT, name, bytesPerSecond / 1e9));
    }

    /** A line of the roof, which names keep clear of. */
    private void edge(String style, double x1, double y1, double x2, double y2) {
        line(style, x1, y1, x2, y2);
        int steps = 1 + (int) (Math.hypot(x2 - x1, y2 - y1) / 4);
        for (int i = 0; i <= steps; i++) {
            taken.add(new Box(x1 + (x2 - x1) * i / steps - 1, y1 + (y2 - y1) * i / steps - 1, 2, 2));
        }
    }

    private void legend() {
        int y = HEIGHT - 12;
        add("<circle class=\"filtered\" cx=\"%d\" cy=\"%d\" r=\"4\"/>%n", LEFT, y - 4);
        text(
                LEFT + 10,
                y,
                "soft",
                12,
                "minimal filtering: counted as the direct algorithm, of whose multiplications it"
                        + " does a half to a quarter, so it may lie above the roof");
    }

    private void dot(Point p) {
        double x = x(p.cost().intensity());
        double y = y(p.flopsPerSecond() / 1e9);
        add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>%n", p.filtered() ? "filtered" : "point", x, y);
        taken.add(new Box(x - 5, y - 5, 10, 10));
    }

    /** Puts a name beside its point, or where there is room, with a line to the point. */
    private void label(Point p) {
        double x = x(p.cost().intensity());
        double y = y(p.flopsPerSecond() / 1e9);
        double width = p.name().length() * LETTER;
        for (int distance = 0; distance < 12; distance++) {
            for (double up : new double[] {-distance, distance}) {
                for (double left : new double[] {x + 9, x - 9 - width}) {
                    Box box = new Box(left, y + up * LINE - LINE / 2.0, width, LINE);
                    boolean inside = left > LEFT && left + width < RIGHT && box.y > TOP && box.y + LINE < BOTTOM;
                    if (inside && taken.stream().noneMatch(box::meets)) {
                        if (distance > 0) {
                            line("leader", x, y, left < x ? left + width : left, y + up * LINE);
                        }
                        name(left, y + up * LINE + 4, p.name());
                        return;
                    }
                }
            }
        }
    }

    private void name(double x, double y, String name) {
        text(x, y, "", 12, name);
        taken.add(new Box(x, y - 11, name.length() * LETTER, LINE));
    }

    private double x(double intensity) {
        return LEFT + (RIGHT - LEFT) * Math.log(intensity / lowX) / Math.log(highX / lowX);
    }

    private double y(double gigaflops) {
        return BOTTOM - (BOTTOM - TOP) * Math.log(gigaflops / lowY) / Math.log(highY / lowY);
    }

    private void line(String style, double x1, double y1, double x2, double y2) {
        add("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n", style, x1, y1, x2, y2);
    }

    private void centred(double x, double y, String text) {
        add("<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>%n", x, y, text);
    }

    private void text(double x, double y, String style, int size, String text) {
        add("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" font-size=\"%d\">%s</text>%n", style, x, y, size, text);
    }

    @SuppressWarnings("AnnotateFormatMethod") // would be one more library
    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
