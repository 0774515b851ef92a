using EventRecording.Benchmarks;

if (args is ["distinct"])
{
    Console.WriteLine($"distinct objects: {await Measurement.MedianAsync(3, RecorderBenchmarks.DistinctObjectsAsync)}");
    return;
}

Console.WriteLine($"Event, repeated:  {await Measurement.MedianAsync(3, RecorderBenchmarks.RepeatedEventAsync)}");
Console.WriteLine($"Eventf, repeated: {await Measurement.MedianAsync(3, RecorderBenchmarks.RepeatedEventfAsync)}");
Console.WriteLine($"distinct objects: {await Measurement.MedianAsync(3, RecorderBenchmarks.DistinctObjectsAsync)}");
