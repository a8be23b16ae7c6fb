import { useEffect, useState } from 'react';
import { Choices } from '../parts/form.tsx';
import { useWalletWords } from './words.ts';

/** Root sizes of letters: 17 px; the 18 pt and the 30 pt that a page for the elderly must offer. */
const rootSizes = { normal: '', large: '24px', huge: '40px' } as const;
type TextSize = keyof typeof rootSizes;
const rememberedAs = 'pengyou.text-size';

/** How large the letters are, on this page and this device; everything is measured in them and grows along. */
export function TextSizeChoice() {
  const words = useWalletWords();
  const [size, setSize] = useState<TextSize>(remembered);
  useEffect(() => {
    localStorage.setItem(rememberedAs, size);
    const { style } = document.documentElement;
    style.fontSize = rootSizes[size];
    return () => {
      style.fontSize = '';
    };
  }, [size]);
  return (
    <Choices
      label={words.textSize}
      value={size}
      options={(['normal', 'large', 'huge'] as const).map((option) => [option, words.textSizes[option]])}
      onChange={setSize}
    />
  );
}

function remembered(): TextSize {
  const size = localStorage.getItem(rememberedAs);
  return size === 'large' || size === 'huge' ? size : 'normal';
}
