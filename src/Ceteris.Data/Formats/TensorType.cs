namespace Ceteris.Data;

/// <summary>The element types of safetensors files that are read and written here.</summary>
public enum TensorType
{
    F32,
    F64,
    I64,
    U8,
}
