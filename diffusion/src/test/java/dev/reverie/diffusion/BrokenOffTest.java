package dev.reverie.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reverie.nn.ClosedModelException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that end early, and runs beside one another; whatever ends a run, the model's next picture is the same. */
class BrokenOffTest {
    private static final ImageRequest REQUEST = ToyModel.request();

    /** Counts steps and questions, and can say no to one of either. */
    private static final class Counter implements StepListener {
        private final int lastStep;
        private final int lastQuestion;
        private int steps;
        private int questions;

        Counter(int lastStep, int lastQuestion) {
            this.lastStep = lastStep;
            this.lastQuestion = lastQuestion;
        }

        @Override
        public boolean onStep(ImageStep step) {
            steps++;
            return steps != lastStep;
        }

        @Override
        public boolean goesOn() {
            questions++;
            return questions != lastQuestion;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void case39StopsAfterTheStepThatTheListenerRefuses(int step) throws IOException {
        try (ImageModel painter = ToyModel.load()) {
            byte[] whole = painter.generate(REQUEST).pixels();
            Counter counter = new Counter(step, -1);
            String message =
                    String.valueOf(assertThrows(CancellationException.class, () -> painter.generate(REQUEST, counter))
                            .getMessage());
            assertEquals("stopped after step " + step, message);
            assertEquals(step, counter.steps);
            assertArrayEquals(whole, painter.generate(REQUEST).pixels());
        }
    }

    /** At every question that a run asks: within steps, between them, and while the picture is decoded. */
    @Test
    void case39StopsWithinAStep() throws IOException {
        try (ImageModel painter = ToyModel.load()) {
            Counter all = new Counter(-1, -1);
            byte[] whole = painter.generate(REQUEST, all).pixels();
            assertTrue(all.questions > 5 * all.steps, "questions: " + all.questions);
            for (int question = 1; question <= all.questions; question++) {
                Counter counter = new Counter(-1, question);
                assertThrows(CancellationException.class, () -> painter.generate(REQUEST, counter));
                assertEquals(question, counter.questions, "nothing is asked after a no");
            }
            assertArrayEquals(whole, painter.generate(REQUEST).pixels());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void case39AnInterruptEndsTheRunAndStays(int at) throws IOException {
        try (ImageModel painter = ToyModel.load()) {
            StepListener interrupting = step -> {
                if (step.step() == at) {
                    Thread.currentThread().interrupt();
                }
                return true;
            };
            assertThrows(CancellationException.class, () -> painter.generate(REQUEST, interrupting));
            assertTrue(Thread.interrupted(), "the thread is still interrupted");
        }
    }

    @Test
    void case39WhatAListenerThrowsComesOut() throws IOException {
        try (ImageModel painter = ToyModel.load()) {
            byte[] whole = painter.generate(REQUEST).pixels();
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> painter.generate(REQUEST, step -> {
                        throw new UnsupportedOperationException();
                    }));
            assertArrayEquals(whole, painter.generate(REQUEST).pixels());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void case35AModelClosedDuringARunEndsIt(int at) throws IOException {
        ImageModel painter = ToyModel.load();
        assertThrows(
                ClosedModelException.class,
                () -> painter.generate(REQUEST, step -> {
                    if (step.step() == at) {
                        painter.close();
                    }
                    return true;
                }));
        painter.close();
        assertThrows(ClosedModelException.class, () -> painter.generate(REQUEST));
        assertThrows(ClosedModelException.class, () -> painter.plan(REQUEST));
        assertFalse(painter.description().isEmpty());
    }

    /** Closed at any moment by another thread: the picture, or one exception. */
    @Test
    void case35AModelClosedByAnotherThread() throws Exception {
        byte[] whole;
        try (ImageModel painter = ToyModel.load()) {
            whole = painter.generate(REQUEST).pixels();
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            for (int round = 0; round < 30; round++) {
                ImageModel painter = ToyModel.load();
                Future<Image> run = threads.submit(() -> painter.generate(REQUEST));
                Thread.sleep(round % 10);
                painter.close();
                try {
                    assertArrayEquals(whole, run.get(1, TimeUnit.MINUTES).pixels());
                } catch (java.util.concurrent.ExecutionException e) {
                    assertTrue(e.getCause() instanceof ClosedModelException, String.valueOf(e.getCause()));
                }
            }
        }
    }

    @Test
    void case40RunsBesideOneAnotherDrawWhatTheyDrawAlone() throws Exception {
        List<ImageRequest> requests = Stream.of(1L, 2L, 3L, 4L)
                .map(seed -> REQUEST.withSeed(seed).withScheduler(seed % 2 == 0 ? "euler-a" : "dpm++2m"))
                .toList();
        try (ImageModel painter = ToyModel.load();
                ExecutorService threads = Executors.newFixedThreadPool(requests.size())) {
            List<byte[]> alone =
                    requests.stream().map(r -> painter.generate(r).pixels()).toList();
            CyclicBarrier barrier = new CyclicBarrier(requests.size());
            List<Callable<byte[]>> runs = requests.stream()
                    .map(request -> (Callable<byte[]>) () -> {
                        barrier.await();
                        return painter.generate(request).pixels();
                    })
                    .toList();
            List<Future<byte[]>> together = threads.invokeAll(runs);
            for (int i = 0; i < alone.size(); i++) {
                assertArrayEquals(alone.get(i), together.get(i).get(), "request " + i);
            }
        }
    }
}
