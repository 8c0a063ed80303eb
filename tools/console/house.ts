/** A drawing that stands for a photograph: the original is dull, the enhanced one is not. */
export function housePicture(of: string): string {
  const isDull = of === 'original';
  const [sky, far, lawn, wall, roof, glass] = isDull
    ? ['#aab0b3', '#8a938f', '#7f8a70', '#b5afa6', '#6d645e', '#5f6a70']
    : ['#8cc8f4', '#7fb08f', '#79b356', '#f4e5cc', '#a3583e', '#ffd98a'];
  const clouds = isDull
    ? ''
    : '<g fill="#fff" opacity=".9"><ellipse cx="180" cy="110" rx="78" ry="22"/><ellipse cx="232" cy="96" rx="52" ry="22"/><ellipse cx="690" cy="84" rx="80" ry="20"/></g>';
  const windows = [300, 372, 500, 572].map(
    (x) => `<rect x="${x}" y="290" width="46" height="62" rx="2" fill="${glass}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 600" width="900" height="600">
<rect width="900" height="600" fill="${sky}"/>${clouds}
<path d="M0 380 Q150 300 320 360 T640 350 T900 330 V600 H0Z" fill="${far}"/>
<rect y="420" width="900" height="180" fill="${lawn}"/>
<path d="M420 440 L500 440 L640 600 L300 600Z" fill="${isDull ? '#989286' : '#dccbab'}"/>
<rect x="270" y="260" width="380" height="180" fill="${wall}"/>
<path d="M240 264 L460 140 L680 264Z" fill="${roof}"/>
${windows.join('')}<rect x="437" y="340" width="46" height="100" rx="2" fill="${roof}"/>
<g fill="${isDull ? '#5f6b58' : '#3f8f4f'}"><circle cx="130" cy="380" r="62"/><circle cx="780" cy="370" r="74"/></g>
<g fill="${isDull ? '#55504a' : '#7a5236'}"><rect x="123" y="410" width="14" height="60"/><rect x="772" y="410" width="16" height="66"/></g>
</svg>`;
}
