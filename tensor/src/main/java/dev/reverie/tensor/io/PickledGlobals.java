package dev.reverie.tensor.io;

import static dev.reverie.tensor.io.CheckpointException.quoted;

import dev.reverie.tensor.DType;
import dev.reverie.tensor.io.Unpickler.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The few names of Python that a state dictionary refers to, and what their calls make: tensors and dictionaries. No
 * other name has a meaning here (pytorch, torch/_utils.py and torch/serialization.py).
 */
final class PickledGlobals {
    private static final Map<String, DType> STORAGES = Map.ofEntries(
            Map.entry("torch.FloatStorage", DType.F32),
            Map.entry("torch.HalfStorage", DType.F16),
            Map.entry("torch.BFloat16Storage", DType.BF16),
            Map.entry("torch.DoubleStorage", DType.F64),
            Map.entry("torch.LongStorage", DType.I64),
            Map.entry("torch.IntStorage", DType.I32),
            Map.entry("torch.ShortStorage", DType.I16),
            Map.entry("torch.CharStorage", DType.I8),
            Map.entry("torch.ByteStorage", DType.U8),
            Map.entry("torch.BoolStorage", DType.BOOL));

    /** What may be called. */
    private enum Function {
        /** The class of ordered dictionaries. */
        ORDERED_DICT,
        /** {@code (storage, offset, size, stride, requires_grad, hooks)} to a tensor. */
        REBUILD_TENSOR,
        /** {@code (tensor, requires_grad, hooks)} to the tensor. */
        REBUILD_PARAMETER
    }

    private final PickleInput in;

    /** @param in where faults are */
    PickledGlobals(PickleInput in) {
        this.in = in;
    }

    /** What a name stands for: a {@link DType} of a storage, or something to be called. */
    Object named(String name) throws CheckpointException {
        return switch (name) {
            case "collections.OrderedDict" -> Function.ORDERED_DICT;
            case "torch._utils._rebuild_tensor_v2" -> Function.REBUILD_TENSOR;
            case "torch._utils._rebuild_parameter" -> Function.REBUILD_PARAMETER;
            default -> {
                DType dtype = STORAGES.get(name);
                if (dtype == null) {
                    throw in.fault(
                            "refers to " + quoted(name) + ", which is not allowed; save the tensors as safetensors");
                }
                yield dtype;
            }
        };
    }

    /** What the call makes: a {@link PickledTensor}, or an empty map. */
    Object call(Object function, List<Object> arguments) throws CheckpointException {
        if (function == Function.ORDERED_DICT && arguments.isEmpty()) {
            return new LinkedHashMap<>();
        }
        if (function == Function.REBUILD_PARAMETER
                && arguments.size() == 3
                && arguments.get(0) instanceof PickledTensor) {
            return arguments.get(0);
        }
        if (function == Function.REBUILD_TENSOR
                && (arguments.size() == 6 || arguments.size() == 7)
                && arguments.get(0) instanceof PickledTensor.Storage storage
                && arguments.get(1) instanceof Long offset
                && arguments.get(2) instanceof Tuple sizes
                && arguments.get(3) instanceof Tuple strides) {
            return new PickledTensor(storage, offset, numbers(sizes.items()), numbers(strides.items()));
        }
        throw in.fault("calls something with arguments that do not fit it");
    }

    /** Sizes or strides. Their number is bounded before they are copied, for many tensors may share one long tuple. */
    private List<Long> numbers(List<Object> items) throws CheckpointException {
        if (items.size() > PickledTensor.MAX_RANK) {
            throw in.fault("has a tensor of more than " + PickledTensor.MAX_RANK + " axes");
        }
        List<Long> numbers = new ArrayList<>(items.size());
        for (Object item : items) {
            if (!(item instanceof Long number)) {
                throw in.fault("has something else where an integer must be");
            }
            numbers.add(number);
        }
        return numbers;
    }

    /** The storage of {@code ("storage", type, key, device, count)}. */
    PickledTensor.Storage storage(List<Object> reference) throws CheckpointException {
        if (reference.size() == 5
                && reference.get(0).equals("storage")
                && reference.get(1) instanceof DType dtype
                && reference.get(2) instanceof String key
                && reference.get(4) instanceof Long count
                && count >= 0) {
            return new PickledTensor.Storage(dtype, key, count);
        }
        throw in.fault("has a reference to something other than a storage");
    }
}
